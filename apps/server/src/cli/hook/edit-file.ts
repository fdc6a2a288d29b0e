import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CommandFailed } from '../command-failed.ts'

/** Null where there is none. Ends the command where it cannot be read. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new CommandFailed(`${file} cannot be read (${code}). Nothing was changed.`)
  }
}

/**
 * Puts a text in the place of a file, whole or not at all; null removes it. A link stays one. The mode is that of `like`,
 * where that exists, else the one given; folders that are made let in whom it does. Ends the command where this may not be done.
 */
export function replaceFile(file: string, text: string | null, like: string, mode: 0o600 | 0o644): void {
  try {
    const target = targetOf(file)
    if (text === null) return rmSync(target, { force: true })
    makeFolder(dirname(target), mode === 0o600 ? 0o700 : 0o755)
    writeWhole(target, text, existsSync(like) ? statSync(like).mode & 0o777 : mode)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const hint = code === 'EACCES' || code === 'EPERM' ? ' With --managed, run this with sudo.' : ''
    throw new CommandFailed(`${file} cannot be changed (${code}).${hint}`)
  }
}

/** Where a link leads, also where nothing is there yet. */
function targetOf(file: string): string {
  if (existsSync(file)) return realpathSync(file)
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink ? targetOf(resolve(dirname(file), readlinkSync(file))) : file
}

function writeWhole(target: string, text: string, mode: number): void {
  const unfinished = `${target}.sentinelmesh-${process.pid}`
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flush: true })
    chmodSync(unfinished, mode)
    renameSync(unfinished, target)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** With this mode, whatever the umask of who administers the machine is. */
function makeFolder(folder: string, mode: number): void {
  const first = mkdirSync(folder, { recursive: true, mode })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) chmodSync(made, mode)
}

/** What differs, line by line: what goes with a minus, what comes with a plus, between what is the same at both ends. */
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
