import { existsSync } from 'node:fs'
import type { HookClient } from '@sentinelmesh/api/hooks'
import type { HookFile } from '@sentinelmesh/hook/hook-file'
import { LIMITS } from '@sentinelmesh/hook/limits'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { changedLines, linkBetween, readText, realFile, replaceFile } from './edit-file.ts'
import { hookFileOf, readHookFile, writtenHookFile } from './hook-file.ts'
import { holds, oursIn, problemOf, withHooks, withoutHooks } from './settings-text.ts'
import { CLIENT_SETTINGS, hookCommand, type Beside, type HookScope, type Machine } from './snippets.ts'

export interface Installation {
  readonly client: HookClient
  readonly scope: HookScope
  readonly machine: Machine
  readonly dryRun: boolean
  /** Absolute paths of the runtime and the program. */
  readonly program: readonly string[]
  /** Settings to write to `hook.json`. Other settings stay as they are. */
  readonly settings: HookFile
}

/** The client's timeout is this much longer than the program's, so that the program reports its own timeout first. */
const CLIENT_WAITS = { seconds: 10, longer: 5 }

/**
 * Adds our hooks to a client's settings. Returns lines that describe the changes, or with `dryRun` the planned ones.
 */
export function install({ client, scope, machine, dryRun, program, settings }: Installation): string[] {
  const { snippet, remarks } = CLIENT_SETTINGS[client]
  const beside = besideOf(client, scope)
  const named = settingsFile(client, scope, machine)
  const hookFile = hookFileOf(scope, machine)
  const merged = { ...readHookFile(hookFile), ...settings }
  if (scope !== 'managed') demandServer(hookFile, merged, machine)
  const timeout = merged.timeout ?? LIMITS.timeoutSeconds.default
  const command = hookCommand(client, merged.fail === 'closed', scope === 'project' ? 'project' : program)
  const wanted = snippet(command, Math.max(CLIENT_WAITS.seconds, Math.ceil(timeout) + CLIENT_WAITS.longer))

  const link = linkIn(named, scope, machine)
  if (link !== null) return byHand(link, withHooks(null, wanted, beside), dryRun)
  const file = placeOf(named, scope)
  const current = readText(file)
  const problem = current === null ? null : problemOf(current, beside)
  if (problem !== null) return byHand(`${file} ${problem}`, withHooks(null, wanted, beside), dryRun)
  // Comes first, so that no hook is installed without a server to send to.
  const lines = writtenHookFile({ file: hookFile, settings, scope, dryRun })
  if (current !== null && holds(current, wanted, beside)) lines.push(`${file}: the hooks are there already.`)
  else {
    const original = originalOf(file, current, beside)
    const next = withHooks(original, wanted, beside)
    lines.push(`${file}: ${dryRun ? 'would be changed' : 'changed'}.`, ...changedLines(current ?? '', next))
    if (!dryRun && original !== null) replaceFile(backupOf(file), original, file, modeOf(scope))
    if (!dryRun) replaceFile(file, next, file, modeOf(scope))
    if (!dryRun && original !== null) lines.push(`${backupOf(file)}: what it was before.`)
  }
  return [...lines, ...(dryRun ? [] : remarks(scope)), ...shared(scope)]
}

/** Ends the command. In a dry run, returns what a person has to add by hand. */
function byHand(why: string, text: string, dryRun: boolean): string[] {
  if (!dryRun) throw new CommandFailed(`${why} Nothing was changed. Add the hooks by hand: --dry-run shows them.`)
  return [`${why} It would not be changed. Add by hand:`, ...changedLines('', text)]
}

/** Removes our hooks. If nothing else has changed since the installation, this restores the file byte for byte. */
export function uninstall(of: Pick<Installation, 'client' | 'scope' | 'machine' | 'dryRun'>): string[] {
  const { client, scope, machine, dryRun } = of
  const named = settingsFile(client, scope, machine)
  const link = linkIn(named, scope, machine)
  if (link !== null)
    throw new CommandFailed(`${link} Nothing was changed. Take out by hand what names sentinelmesh-hook.`)
  const file = placeOf(named, scope)
  const current = readText(file)
  const problem = current === null ? null : problemOf(current)
  if (problem !== null)
    throw new CommandFailed(`${file} ${problem} Nothing was changed. Take out by hand what names sentinelmesh-hook.`)
  if (current === null || oursIn(current).length === 0) return [`${file}: no hooks of SentinelMesh are there.`]

  const original = originalOf(file, current, besideOf(client, scope))
  const lines = [
    `${file}: ${dryRun ? 'would be ' : ''}${original === null ? 'removed' : 'changed'}.`,
    ...changedLines(current, original ?? ''),
  ]
  if (!dryRun) {
    replaceFile(file, original, file, modeOf(scope))
    replaceFile(backupOf(file), null, file, modeOf(scope))
  }
  const hookFile = hookFileOf(scope, machine)
  return existsSync(hookFile)
    ? [...lines, `${hookFile}: stays, for the hooks of other agents. Remove it where there are none.`]
    : lines
}

export function settingsFile(client: HookClient, scope: HookScope, machine: Machine): string {
  const { file, notHere } = CLIENT_SETTINGS[client]
  const path = file(scope, machine)
  if (path === null) throw new CommandFailed(notHere ?? '', 2)
  return path
}

/**
 * Returns an error message if the path inside a checkout has a link, because the author of the checkout could point it
 * at any file of this user. Links in the user's home belong to the user, and `placeOf` resolves them.
 */
function linkIn(file: string, scope: HookScope, { project }: Machine): string | null {
  if (scope !== 'project') return null
  const link = linkBetween(project, file) ?? linkBetween(project, backupOf(file))
  if (link === null) return null
  const what = link.isFolder ? 'folder' : 'file'
  return `${link.path} is a symbolic link. Hooks for a project are not installed through links, because a checkout can point them at any file on this machine: replace the link with a real ${what}.`
}

function placeOf(file: string, scope: HookScope): string {
  return scope === 'project' ? file : realFile(file)
}

/**
 * The file before our installation: the backup, unless others have changed the file since. Null if there was no file.
 */
function originalOf(file: string, current: string | null, beside: readonly Beside[]): string | null {
  if (current === null) return null
  const ours = oursIn(current)
  if (ours.length === 0) return current
  const backup = readText(backupOf(file))
  if (backup === null && withHooks(null, ours, beside) === current) return null
  if (backup !== null && withHooks(backup, ours, beside) === current) return backup
  return withoutHooks(current, beside, backup)
}

function besideOf(client: HookClient, scope: HookScope): readonly Beside[] {
  return CLIENT_SETTINGS[client].beside?.(scope) ?? []
}

/** Files that are not one user's own are readable by everyone. */
function modeOf(scope: HookScope): 0o600 | 0o644 {
  return scope === 'user' ? 0o600 : 0o644
}

function backupOf(file: string): string {
  return `${file}.before-sentinelmesh`
}

function demandServer(hookFile: string, { url, key }: HookFile, machine: Machine): void {
  const managed = readHookFile(hookFileOf('managed', machine))
  if ((url ?? managed.url) !== undefined && (key ?? managed.key) !== undefined) return
  throw new CommandFailed(
    `The hook needs the address of the server and a key: give --url and --key-file, or put url and key into ${hookFile}. A key is made with: sentinelmesh key create --name hooks --scope verdict (piped into this command with --key-file -)`,
    2,
  )
}

function shared(scope: HookScope): string[] {
  return scope === 'project'
    ? ['Others who use this folder need sentinelmesh-hook on their PATH, and settings of their own.']
    : []
}
