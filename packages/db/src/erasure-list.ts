import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { LogId } from '@sentinelmesh/api'
import type { StoredRange } from './log-store.ts'

/** Entries of an org that are about to be erased. */
export interface ListedErasure {
  /** The org's `uid`: its number may be another's in another database. */
  readonly org: string
  /** Of the request, see `erasureStore`: several lines may belong to one. */
  readonly erasure: number
  /** Microseconds. */
  readonly at: number
  readonly ranges: readonly StoredRange[]
}

/**
 * What was erased, beside the database and not in it: a back-up from before has the entries still, and who restores it
 * erases them again by this list. A line is on the disk before the first entry that it names is removed, so a range may
 * still hold entries; its ids tell whether they are the ones that are meant. It names no session and no text.
 */
export interface ErasureList {
  append(erasure: ListedErasure): Promise<void>
  /** Oldest first; none where there is no list. */
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
        // What a crash cut off ends here, and is read over: nothing of it was removed.
        await handle.appendFile(`${(await endsInLine(file, handle)) ? '' : '\n'}${JSON.stringify(line)}\n`)
        await handle.datasync()
      } finally {
        await handle.close()
      }
      await syncFolder(dirname(file))
    },

    async *read() {
      const lines = await linesOf(file)
      if (lines === undefined) return
      for await (const text of lines) {
        const line = parsed(text)
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

async function linesOf(file: string): Promise<AsyncIterable<string> | undefined> {
  try {
    const handle = await open(file, 'r')
    await handle.close()
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined
    throw error
  }
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
}

/** Undefined for one that a crash cut off. */
function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}
