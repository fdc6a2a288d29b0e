import { LIMITS } from '@sentinelmesh/api/constants'
import { bytes, exact } from '../../figures.ts'

/** One file of a folder of rules. */
export interface ImportFile {
  /** Path from the chosen folder on. */
  readonly file: string
  readonly text: string
}

export interface ReadFiles {
  readonly files: readonly ImportFile[]
  /** The values that were skipped and why, one sentence each. */
  readonly skipped: readonly string[]
}

const YAML = /\.ya?ml$/i
/** Leaves room in a request of 8 MiB, because JSON escaping lengthens a text. */
const BATCH_CHARS = 3 * 1024 * 1024
/** More files take too long in a browser; the command line has no such limit. */
const MAX_FILES = 20_000

/** Reads the chosen or dropped files, and skips files that are not YAML. */
export async function readFiles(
  chosen: readonly { readonly name: string; readonly file: File }[],
  onRead: (read: number) => void,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const files: ImportFile[] = []
  const skipped: string[] = []
  const rules = chosen.filter(({ name }) => YAML.test(name))
  const others = chosen.length - rules.length
  if (others > 0)
    skipped.push(`${exact(others)} of ${exact(chosen.length)} files ${others === 1 ? 'is' : 'are'} not YAML.`)
  if (rules.length > MAX_FILES)
    skipped.push(
      `Only ${exact(MAX_FILES)} of ${exact(rules.length)} files were read. To import all of them, use sentinelmesh rules import.`,
    )
  for (const { name, file } of rules.slice(0, MAX_FILES)) {
    signal.throwIfAborted()
    // A UTF-8 character takes at most four bytes, so a larger file exceeds the limit for sure.
    if (file.size > LIMITS.ruleFileChars * 4) skipped.push(`${name}: the file is too large (${bytes(file.size)}).`)
    else {
      const text = await file.text()
      if (text.length > LIMITS.ruleFileChars)
        skipped.push(
          `${name}: the file has ${exact(text.length)} characters; the limit is ${exact(LIMITS.ruleFileChars)}.`,
        )
      else files.push({ file: name.slice(0, LIMITS.fileNameChars), text })
    }
    onRead(files.length)
  }
  return { files, skipped }
}

/** Splits files into requests of bounded size, which together are one import. */
export function toBatches(files: readonly ImportFile[]): readonly (readonly ImportFile[])[] {
  const batches: ImportFile[][] = []
  let chars = 0
  for (const file of files) {
    const last = batches.at(-1)
    if (last === undefined || last.length >= LIMITS.importSources || chars + file.text.length > BATCH_CHARS) {
      batches.push([file])
      chars = file.text.length
    } else {
      last.push(file)
      chars += file.text.length
    }
  }
  return batches
}

/** All dropped files, including those in folders. */
export async function droppedFiles(
  items: DataTransferItemList,
): Promise<readonly { readonly name: string; readonly file: File }[]> {
  // Read all items before the first await, because the browser then clears the list.
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
  const open = dropped.flatMap((each) => (each === null || each instanceof File ? [] : [each]))
  // Files dropped from another page, such as webmail, have no file system entry.
  const found = dropped.filter((each) => each instanceof File).map((file) => ({ name: file.name, file }))
  for (let entry = open.shift(); entry !== undefined && found.length <= MAX_FILES; entry = open.shift()) {
    if (isFolder(entry)) open.push(...(await children(entry)))
    else if (isFile(entry)) found.push({ name: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry) })
  }
  return found
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))

async function children(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    // It returns about a hundred entries per call, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
