/** The space that the files of a store take, and the removed data that they still hold. */
export interface Space {
  /**
   * Returns the space of removed entries to the file system, except for a tenth of the file, which the next entries will
   * use. Runs in slices, like `LogRemoval.purge`, until the signal aborts. Does nothing for a file whose format does not
   * allow it; `compact` changes that.
   */
  giveBack(signal?: AbortSignal): Promise<void>
  /**
   * When it resolves, the files hold no data that was removed before: not in free pages, not in unused bytes of other
   * pages, and not in the write-ahead log. Goes through the whole file, in slices. Throws `store_busy` if readers prevent
   * it for some seconds, and the signal's reason when it aborts; what it has cleared stays cleared. Not promised:
   * overwritten bytes that the file system keeps, and copies made elsewhere.
   */
  wipe(signal?: AbortSignal): Promise<void>
  /** As `wipe`, but for the write-ahead log alone. Enough for rows that were changed in place since the last `wipe`. */
  emptyLog(): Promise<void>
}
