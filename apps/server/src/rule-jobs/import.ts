import { readSources, type ReadSource } from './read-sources.ts'
import type { RuleName } from './stand-ins.ts'

/** Documents of the last `readImport` in this thread that have not been fetched yet. */
let read: ReadSource[] = []

/** Reads the files of an import. The main thread fetches the results in pieces, each of which takes it little time. */
export async function readImport({
  sources,
  beside,
}: {
  sources: readonly { readonly file: string | null; readonly text: string }[]
  beside: readonly RuleName[]
}): Promise<{ sources: number }> {
  read = [...(await readSources(sources, beside))]
  return { sources: read.length }
}

/** Characters of documents and problems in one piece, which take about 5 ms of the event loop. */
const PIECE_CHARS = 512 * 1024
/** The size of a problem, with its texts and its position. */
const PROBLEM_CHARS = 400

/** Returns the next results, and an empty list after the last. */
export function nextImported(): ReadSource[] {
  let chars = 0
  let count = 0
  for (const { documents, problems } of read) {
    if (count > 0 && chars > PIECE_CHARS) break
    count++
    chars += problems.length * PROBLEM_CHARS + documents.reduce((sum, { text }) => sum + text.length, 0)
  }
  return read.splice(0, count)
}
