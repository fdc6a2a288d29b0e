/** What the files of a store take up, and what stands in them. */
export interface Space {
  /**
   * Returns to the file system what has been free since entries were removed, but for a tenth of the file that the next
   * entries will take again. In slices, as `LogStore.purge`, until the signal aborts. Does nothing for a file from before
   * this was possible.
   */
  giveBack(signal?: AbortSignal): Promise<void>
  /**
   * When it resolves, nothing of what was removed before stands in the files any more: not in their free pages, not in
   * the unused bytes of others, not in the log of writes. Goes through the whole file, in slices. Throws `store_busy`
   * when readers do not let it for some seconds, and the signal's reason when it aborts; what it has cleared stays so. Not promised: what the file system keeps of
   * bytes that were written over, and copies made elsewhere.
   */
  wipe(signal?: AbortSignal): Promise<void>
  /** As `wipe`, for the log of writes alone: enough for what was removed since the last `wipe` from where nothing moves. */
  emptyLog(): Promise<void>
}
