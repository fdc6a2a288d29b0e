import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** Windows has neither flag. There, only the earlier checks keep links and pipes from being opened. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const NO_WAIT = constants.O_NONBLOCK ?? 0

/** Settings files are a few KiB. Nothing larger is read into memory. */
const SETTINGS_MOST_BYTES = 4 * 1024 * 1024

/**
 * Resolves the links to a file of this user or machine. People keep settings in another folder and link to them, so the
 * new file and its backup belong in that folder. Never use this for a path inside a checkout.
 */
export function realFile(file: string): string {
  if (existsSync(file)) return realpathSync(file)
  return isLink(file) ? realFile(resolve(dirname(file), readlinkSync(file))) : file
}

/** The first symbolic link on the path from `folder`, which is trusted, down to `file`. Null if there is none. */
export function linkBetween(
  folder: string,
  file: string,
): { readonly path: string; readonly isFolder: boolean } | null {
  let path = folder
  for (const name of relative(folder, file).split(sep)) {
    path = join(path, name)
    if (isLink(path)) return { path, isFolder: path !== file }
  }
  return null
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    // The file does not exist or cannot be opened. Opening it reports the error.
    return false
  }
}

/** Null if there is no such file. Ends the command if the file is unreadable, a link, or not a regular file. */
export function readText(file: string): string | null {
  try {
    return readRegular(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new CommandFailed(`${file} cannot be read (${code ?? String(error)}). Nothing was changed.`)
  }
}

function readRegular(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
  try {
    const stats = fstatSync(fd)
    if (stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice()) throw coded('not a regular file')
    if (stats.size > SETTINGS_MOST_BYTES) throw coded(`larger than ${SETTINGS_MOST_BYTES} bytes`)
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

const coded = (code: string) => Object.assign(new Error(code), { code })

/**
 * Replaces a file atomically, without following links: the new text is a new file that takes the old one's name. Null
 * removes the file. The mode is that of `like` if it exists, else `mode`. New folders get the matching mode. Ends the
 * command if the file system refuses.
 */
export function replaceFile(file: string, text: string | null, like: string, mode: 0o600 | 0o644): void {
  try {
    if (text === null) return rmSync(file, { force: true })
    makeFolder(dirname(file), mode === 0o600 ? 0o700 : 0o755)
    writeWhole(file, text, existsSync(like) ? statSync(like).mode & 0o777 : mode)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const hint = code === 'EACCES' || code === 'EPERM' ? ' With --managed, run this with sudo.' : ''
    throw new CommandFailed(`${file} cannot be changed (${code}).${hint}`)
  }
}

function writeWhole(file: string, text: string, mode: number): void {
  const unfinished = `${file}.sentinelmesh-${process.pid}`
  // A killed run left this file, or somebody planted it. Either way, do not write into it.
  rmSync(unfinished, { force: true })
  try {
    const fd = openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o600)
    try {
      writeFileSync(fd, text, { flush: true })
    } finally {
      closeSync(fd)
    }
    chmodSync(unfinished, mode)
    renameSync(unfinished, file)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** Creates the folder with this mode, regardless of the administrator's umask. */
function makeFolder(folder: string, mode: number): void {
  const first = mkdirSync(folder, { recursive: true, mode })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) chmodSync(made, mode)
}

/** The changed lines, marked with minus and plus. Leaves out the common beginning and end. */
export function changedLines(before: string, after: string): string[] {
  const [old, next] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < old.length && start < next.length && old[start] === next[start]) start += 1
  let end = 0
  while (end < old.length - start && end < next.length - start && old.at(-1 - end) === next.at(-1 - end)) end += 1
  return [
    ...old.slice(start, old.length - end).map((line) => `  - ${line}`),
    ...next.slice(start, next.length - end).map((line) => `  + ${line}`),
  ]
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
}
