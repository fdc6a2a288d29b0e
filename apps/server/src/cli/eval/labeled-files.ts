import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

const LABELED_FILE = /\.(?:jsonl|ndjson)(?:\.gz)?$/i
/** Maximum depth of nested folders. */
const FOLDER_DEPTH = 16

/**
 * Finds the files of labeled entries at these paths, sorted by name. Folders are searched recursively for `*.jsonl` and
 * `*.ndjson`, plain or gzip. Ends the command with exit code 2 if a path does not exist or there are no files.
 */
export function labeledFiles(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => (path === '-' ? [path] : filesAt(path, 0)))
  if (files.length === 0) throw new CommandFailed(`There are no files *.jsonl or *.ndjson in ${paths.join(', ')}.`, 2)
  return [...new Set(files)]
}

function filesAt(path: string, depth: number): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new CommandFailed(`${path} does not exist. Is the name right?`, 2)
  if (!stats.isDirectory()) return [path]
  if (depth > FOLDER_DEPTH) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || LABELED_FILE.test(entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesAt(join(path, name), depth + 1))
}
