import { LIMITS } from '@sentinelmesh/api/constants'
import { bytes, exact } from '../../figures.ts'

/** One file of a tree of rules. */
export interface ImportFile {
  /** With the folders that it stands in, from the one that was chosen on. */
  readonly file: string
  readonly text: string
}

export interface ReadFiles {
  readonly files: readonly ImportFile[]
  /** What was not read, and why: a sentence each. */
  readonly passedOver: readonly string[]
}

const YAML = /\.ya?ml$/i
/** Of a request of 8 MiB; JSON makes a text longer. */
const BATCH_CHARS = 3 * 1024 * 1024
/** Beyond this nobody waits for a browser to read it; the command line takes it. */
const MOST_FILES = 20_000

/** Reads what was chosen or dropped. Other files than YAML are passed over. */
export async function readFiles(
  chosen: readonly { readonly name: string; readonly file: File }[],
  onRead: (read: number) => void,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const files: ImportFile[] = []
  const passedOver: string[] = []
  const rules = chosen.filter(({ name }) => YAML.test(name))
  const others = chosen.length - rules.length
  if (others > 0)
    passedOver.push(`${exact(others)} of ${exact(chosen.length)} files ${others === 1 ? 'is' : 'are'} not YAML.`)
  if (rules.length > MOST_FILES)
    passedOver.push(
      `Of ${exact(rules.length)} files only ${exact(MOST_FILES)} were read; sentinelmesh rules import takes them all.`,
    )
  for (const { name, file } of rules.slice(0, MOST_FILES)) {
    signal.throwIfAborted()
    // A character takes at least a byte: what is longer in bytes than four times the limit cannot be within it.
    if (file.size > LIMITS.ruleFileChars * 4)
      passedOver.push(`${name}: ${bytes(file.size)} is more than a file may have.`)
    else {
      const text = await file.text()
      if (text.length > LIMITS.ruleFileChars)
        passedOver.push(
          `${name}: a file has at most ${exact(LIMITS.ruleFileChars)} characters, not ${exact(text.length)}.`,
        )
      else files.push({ file: name.slice(0, LIMITS.fileNameChars), text })
    }
    onRead(files.length)
  }
  return { files, passedOver }
}

/** Sends several requests of bounded size, which count as one import. */
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

/** Everything under what was dropped, folders read to their ends. */
export async function droppedFiles(
  items: DataTransferItemList,
): Promise<readonly { readonly name: string; readonly file: File }[]> {
  // All are asked for before anything is awaited: afterwards the browser has cleared the list.
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
  const open = dropped.flatMap((each) => (each === null || each instanceof File ? [] : [each]))
  // From another page, say a mail, come files without a place in a file system.
  const found = dropped.filter((each) => each instanceof File).map((file) => ({ name: file.name, file }))
  for (let entry = open.shift(); entry !== undefined && found.length <= MOST_FILES; entry = open.shift()) {
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
    // It gives a hundred or so at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}
