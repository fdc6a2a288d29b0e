import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** More output than this is cut off. Payloads are far shorter. */
const MOST_BYTES = 8 * 1024 * 1024

/** What git prints. It throws if git is absent or fails. */
export function git(root: string, args: readonly string[]): string {
  const { stdout, status, error } = spawnSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: MOST_BYTES,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // A long diff is cut off, and its start is all that is needed.
  const cut = error !== undefined && 'code' in error && error.code === 'ENOBUFS'
  if (status !== 0 && !cut) throw new Error(`git ${args[0] ?? ''} failed`)
  return stdout
}

/** The files of the repository that match, sorted and relative to it. */
export function ownPaths(root: string, pattern: RegExp): string[] {
  return git(root, ['ls-files', '-z'])
    .split('\0')
    .filter((path) => pattern.test(path))
    .sort()
}

/** The same files with their folder. */
export function ownFiles(root: string, pattern: RegExp): string[] {
  return ownPaths(root, pattern).map((path) => join(root, path))
}
