import { existsSync, readFileSync } from 'node:fs'
import { join, win32 } from 'node:path'
import { CommandFailed } from '../command-failed.ts'
import { replaceFile } from './edit-file.ts'
import type { HookScope, Machine } from './snippets.ts'

/** What the hook program works with; what each means stands in `docs/hooks.md`. */
export interface HookSettings {
  readonly url: string
  readonly key: string
  readonly fail: 'open' | 'closed'
  /** Seconds. */
  readonly timeout: number
  readonly ask: 'allow' | 'block'
}

/** Where the program looks: the administrator's file, or that of the user for everything else. */
export function hookFileOf(scope: HookScope, { root, hookHome, platform }: Machine): string {
  if (scope !== 'managed') return join(hookHome, '.config', 'sentinelmesh', 'hook.json')
  if (platform === 'win32') return win32.join(String.raw`C:\Program Files\SentinelMesh`, 'hook.json')
  return join(root, 'etc', 'sentinelmesh', 'hook.json')
}

/** Empty where there is none. Ends the command where it cannot be used. */
export function readHookFile(file: string): Partial<HookSettings> {
  if (!existsSync(file)) return {}
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Said below.
  }
  throw new CommandFailed(`${file} cannot be read as a JSON object. Mend it, or remove it.`)
}

/** Writes what is new; the lines that say so. The user's own may be read by nobody else, the administrator's by all. */
export function writtenHookFile(write: {
  readonly file: string
  readonly settings: Partial<HookSettings>
  readonly scope: HookScope
  readonly dryRun: boolean
}): string[] {
  const { file, settings, scope, dryRun } = write
  const before = readHookFile(file)
  const merged = { ...before, ...settings }
  const changed = Object.keys(settings).filter(
    (name) => before[name as keyof HookSettings] !== settings[name as keyof HookSettings],
  )
  if (changed.length === 0) return []
  const mode = scope === 'managed' ? 0o644 : 0o600
  if (!dryRun) replaceFile(file, `${JSON.stringify(merged, null, 2)}\n`, '', mode)
  const lines = [`${file}: ${changed.join(', ')} ${dryRun ? 'would be set' : 'set'}.`]
  if (scope === 'managed' && 'key' in merged)
    lines.push('Every user of this machine can read the key in it. It can ask for verdicts and nothing else.')
  return lines
}
