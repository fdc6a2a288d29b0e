import { join } from 'node:path'
import { HookFileError, parseHookFile, type HookFile } from '@sentinelmesh/hook/hook-file'
import { managedFileOn, userFileUnder } from '@sentinelmesh/hook/places'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { readText, realFile, replaceFile } from './edit-file.ts'
import type { HookScope, Machine } from './snippets.ts'

/** The file that the hook program reads: the administrator's for `managed`, otherwise the user's. */
export function hookFileOf(scope: HookScope, { root, hookHome, platform }: Machine): string {
  if (scope !== 'managed') return userFileUnder(hookHome)
  return platform === 'win32' ? managedFileOn(platform) : join(root, managedFileOn(platform))
}

/** Empty if there is no file. Ends the command if the hook program would refuse the file. */
export function readHookFile(file: string): HookFile {
  const text = readText(realFile(file))
  if (text === null) return {}
  try {
    return parseHookFile(text)
  } catch (error) {
    if (error instanceof HookFileError) throw new CommandFailed(`${file}: ${error.message} Mend it, or remove it.`)
    throw error
  }
}

/**
 * Writes the new settings and returns the lines to print. Only the user can read the user's file. Everyone can read the
 * administrator's file.
 */
export function writtenHookFile(write: {
  readonly file: string
  readonly settings: HookFile
  readonly scope: HookScope
  readonly dryRun: boolean
}): string[] {
  const { file, settings, scope, dryRun } = write
  const before = readHookFile(file)
  const merged = { ...before, ...settings }
  const changed = Object.entries(settings).flatMap(([name, value]) =>
    before[name as keyof HookFile] === value ? [] : name,
  )
  if (changed.length === 0) return []
  const mode = scope === 'managed' ? 0o644 : 0o600
  if (!dryRun) replaceFile(realFile(file), `${JSON.stringify(merged, null, 2)}\n`, '', mode)
  const lines = [`${file}: ${changed.join(', ')} ${dryRun ? 'would be set' : 'set'}.`]
  if (scope === 'managed' && 'key' in merged)
    lines.push('Every user of this machine can read the key in it. It can ask for verdicts and nothing else.')
  return lines
}
