import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { LIMITS } from './limits.ts'

export interface RuleFile {
  readonly file: string
  readonly text: string
}

/** A file or folder that exists but could not be read. */
export interface Unreadable {
  readonly file: string
  readonly message: string
}

export interface RuleFiles {
  readonly rules: readonly RuleFile[]
  /** `<name>.cases.yml` holds the cases of `<name>.yml`. */
  readonly cases: readonly RuleFile[]
  readonly unreadable: readonly Unreadable[]
}

const YAML_FILE = /\.ya?ml$/i
const CASES_FILE = /\.cases\.ya?ml$/i

/**
 * Finds the YAML files at these paths, sorted by name. Folders are searched recursively, except for names that begin
 * with a dot. A folder that is reached twice, even through links, is read once. Ends the command with exit code 2 if a
 * path does not exist or there are no files.
 */
export function ruleFilesAt(paths: readonly string[]): RuleFiles {
  const collected: Collected = { files: new Map(), folders: new Set(), unreadable: [] }
  for (const path of paths) collect(path, 0, true, collected)
  const rules: RuleFile[] = []
  const cases: RuleFile[] = []
  let bytes = 0
  for (const file of collected.files.values()) {
    const content = readBounded(file, LIMITS.ruleBytes - bytes)
    if (typeof content === 'string') {
      collected.unreadable.push({ file, message: content })
      continue
    }
    bytes += content.length
    // Invalid UTF-8 becomes U+FFFD, which the rule parser reports. The decoder removes a byte order mark.
    const text = new TextDecoder().decode(content)
    const into = CASES_FILE.test(file) ? cases : rules
    into.push({ file, text })
  }
  if (rules.length + cases.length + collected.unreadable.length === 0)
    throw new CommandFailed(`There are no files *.yml or *.yaml in ${paths.join(', ')}.`, 2)
  return { rules, cases, unreadable: collected.unreadable }
}

interface Collected {
  /** The given paths by real path. */
  readonly files: Map<string, string>
  readonly folders: Set<string>
  readonly unreadable: Unreadable[]
}

function collect(path: string, depth: number, asked: boolean, collected: Collected): void {
  const { files, folders, unreadable } = collected
  try {
    const stats = statSync(path)
    const real = realpathSync(path)
    if (stats.isDirectory()) {
      if (folders.has(real)) return
      folders.add(real)
      if (depth > LIMITS.folderDepth) {
        unreadable.push({ file: path, message: `Folders are read ${LIMITS.folderDepth} deep (folderDepth).` })
        return
      }
      for (const name of readdirSync(path).toSorted())
        if (!name.startsWith('.')) collect(join(path, name), depth + 1, false, collected)
    } else if (stats.isFile() ? asked || YAML_FILE.test(path) : asked) {
      if (!stats.isFile()) throw new CommandFailed(`${path} is neither a file nor a folder.`, 2)
      if (files.has(real)) return
      if (files.size >= LIMITS.ruleFiles)
        throw new CommandFailed(`There are more than ${LIMITS.ruleFiles} rule files (ruleFiles). Name fewer.`)
      files.set(real, path)
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (asked) throw new CommandFailed(`${path} cannot be read (${reasonOf(error)}). Is the name right?`, 2)
    // A broken link matters only if its name is that of a rule file.
    if (error.code !== 'ENOENT' || YAML_FILE.test(path))
      unreadable.push({ file: path, message: `This cannot be read (${reasonOf(error)}).` })
  }
}

/**
 * The bytes of a file, or an error message. Checks the size of the open file, since the name may point to another file
 * by then.
 */
function readBounded(file: string, left: number): Buffer | string {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      if (size > LIMITS.ruleFileBytes)
        return `A rule file has at most ${LIMITS.ruleFileBytes} bytes (ruleFileBytes); this one has ${size}.`
      if (size > left) return `All rule files together have at most ${LIMITS.ruleBytes} bytes (ruleBytes).`
      const content = Buffer.alloc(size)
      let filled = 0
      for (let got = -1; got !== 0 && filled < size; filled += got)
        got = readSync(descriptor, content, filled, size - filled, filled)
      return content.subarray(0, filled)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return `This cannot be read (${reasonOf(error)}).`
  }
}

type SystemError = Error & { readonly code: string }

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

function reasonOf({ code }: SystemError): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EACCES':
    case 'EPERM':
      return 'no permission'
    case 'ELOOP':
      return 'links in a circle'
    default:
      return code
  }
}
