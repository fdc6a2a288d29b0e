import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, type Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Text } from './family.ts'

/** Enough for the longest payload, even if each of its characters takes four bytes. */
const MOST_BYTES = 4 * 32_768

interface Walk {
  /** How many folders deep to go. */
  readonly depth?: number
  readonly skip?: (name: string) => boolean
}

/**
 * The files of a folder and of the folders in it, sorted. It does not follow links, so that nothing is read twice and
 * the walk ends. Folders that are absent or not readable are empty.
 */
export function* filesUnder(folder: string, { depth = 12, skip = () => false }: Walk = {}): Generator<string> {
  for (const child of childrenOf(folder)) {
    const path = join(folder, child.name)
    if (skip(child.name)) continue
    if (child.isFile()) yield path
    else if (child.isDirectory() && depth > 0) yield* filesUnder(path, { depth: depth - 1, skip })
  }
}

function childrenOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

/** The files of several folders. It throws if none of the folders exists. */
export function filesOfAny(folders: readonly string[], walk: Walk = {}): string[] {
  const present = folders.filter((folder) => existsSync(folder))
  if (present.length === 0) throw new Error(`there is no ${folders.join(' or ')}`)
  return present.flatMap((folder) => [...filesUnder(folder, walk)])
}

/** Reads the start of a file. It is null if the file is not readable or not UTF-8 text. */
export function readText(path: string): string | null {
  try {
    return decode(path.endsWith('.gz') ? gunzipSync(readFileSync(path)).subarray(0, MOST_BYTES) : head(path))
  } catch {
    return null
  }
}

/** The first bytes of a file. */
export function head(path: string, bytes = MOST_BYTES): Buffer {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    return buffer.subarray(0, readSync(file, buffer, 0, bytes, 0))
  } finally {
    closeSync(file)
  }
}

/** Throws if the bytes are not UTF-8. A byte-order mark is kept, because an agent would see it, too. */
function decode(bytes: Uint8Array): string | null {
  // `stream` allows for a character that was cut off at the end.
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  return text.includes('\0') ? null : text
}

/** The texts of the files that are text. */
export function* textsOf(paths: Iterable<string>, pathOf?: (path: string) => string): Generator<Text> {
  for (const path of paths) {
    const text = readText(path)
    if (text !== null) yield pathOf === undefined ? { text } : { text, path: pathOf(path) }
  }
}

const packageFilesOf = new Map<string, readonly string[]>()

/** All files of the packages that pnpm installed for this repository. */
export function packageFiles(root: string): readonly string[] {
  const known = packageFilesOf.get(root)
  if (known !== undefined) return known
  const store = join(root, 'node_modules/.pnpm')
  if (!existsSync(store)) throw new Error('there is no node_modules/.pnpm')
  const skip = (name: string) => name === 'node_modules'
  // A package's dependencies stand beside it as links, which the walk does not follow.
  const files = childrenOf(store).flatMap(({ name }) => [
    ...filesUnder(join(store, name, 'node_modules'), { depth: 10, skip }),
  ])
  packageFilesOf.set(root, files)
  return files
}

/** The files of packages whose name matches. */
export function packageFilesNamed(root: string, pattern: RegExp): string[] {
  return packageFiles(root).filter((path) => pattern.test(basename(path)))
}
