import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { LogId } from '@sentinelmesh/api'
import type { StoredRange } from './log-store.ts'

/** Entries of an org that are about to be erased. */
export interface ListedErasure {
  /** The org's `uid`, because its number may belong to another org in another database. */
  readonly org: string
  /** Number of the request; see `erasureStore`. Several lines may belong to one request. */
  readonly erasure: number
  /** Microseconds. */
  readonly at: number
  readonly ranges: readonly StoredRange[]
}

/**
 * The erased ranges, in a file next to the database. An older back-up still has the entries, and restoring it erases
 * them again by this list. A line is synced before the first of its entries is removed, so a range may still have
 * entries; the ids tell whether they are the listed ones. The list contains no session and no text.
 */
export interface ErasureList {
  append(erasure: ListedErasure): Promise<void>
  /** Oldest first. Empty if the file does not exist. */
  read(): AsyncGenerator<ListedErasure, void>
}

type Line = Omit<ListedErasure, 'ranges'> & {
  readonly ranges: readonly (readonly [from: number, to: number, fromId: string, toId: string])[]
}

export function erasureList(file: string): ErasureList {
  return {
    async append({ org, erasure, at, ranges }) {
      const line: Line = {
        org,
        erasure,
        at,
        ranges: ranges.map(({ from, to, fromId, toId }) => [from, to, fromId, toId]),
      }
      const handle = await open(file, 'a', 0o600)
      try {
        // Ends a line that a crash cut off. Readers skip it, since none of its entries were removed.
        await handle.appendFile(`${(await endsInLine(file, handle)) ? '' : '\n'}${JSON.stringify(line)}\n`)
        await handle.datasync()
      } finally {
        await handle.close()
      }
      await syncFolder(dirname(file))
    },

    async *read() {
      const lines = await openLines(file)
      if (lines === undefined) return
      for await (const text of lines) {
        const line = parseLine(text)
        if (line !== undefined)
          yield {
            ...line,
            ranges: line.ranges.map(([from, to, fromId, toId]) => ({
              from,
              to,
              fromId: fromId as LogId,
              toId: toId as LogId,
            })),
          }
      }
    },
  }
}

async function endsInLine(file: string, handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return true
  const reading = await open(file, 'r')
  try {
    const { buffer } = await reading.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer.toString() === '\n'
  } finally {
    await reading.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function openLines(file: string): Promise<AsyncIterable<string> | undefined> {
  try {
    const handle = await open(file, 'r')
    await handle.close()
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined
    throw error
  }
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
}

/** Undefined for a line that a crash cut off. */
function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}
