import { isAbsolute } from 'node:path'
import { LIMITS } from './limits.ts'

export type Fail = 'open' | 'closed'

/** The settings in a `hook.json`. `docs/hooks.md` describes them. */
export interface HookFile {
  readonly url?: string
  readonly key?: string
  readonly fail?: Fail
  /** Seconds. */
  readonly timeout?: number
  readonly ask?: 'allow' | 'block'
  readonly ca?: string
}

/** The message names the setting and its valid values. */
export class HookFileError extends Error {
  override readonly name = 'HookFileError'
}

/** Throws `HookFileError`. */
export function parseHookFile(text: string): HookFile {
  let value: unknown
  try {
    // Some Windows editors write a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new HookFileError('It is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HookFileError('It has to hold a JSON object.')
  return checkHookFile(value)
}

/** Throws `HookFileError`. */
export function checkHookFile(settings: object): HookFile {
  for (const [name, setting] of Object.entries(settings)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof HookFile] : undefined
    if (check === undefined)
      throw new HookFileError(`${JSON.stringify(name)} is no setting; known are ${Object.keys(CHECKS).join(', ')}.`)
    if (!check.holds(setting)) throw new HookFileError(`${name} has to be ${check.say()}.`)
  }
  return settings
}

const CHECKS: Readonly<Record<keyof HookFile, { holds(value: unknown): boolean; say(): string }>> = {
  url: { holds: isAddress, say: () => 'an address such as https://sentinel.example, without a user or a query' },
  key: { holds: isKey, say: () => 'an API key with the scope verdict, without blanks' },
  fail: { holds: isFail, say: () => 'open or closed' },
  timeout: { holds: isTimeout, say: timeoutRange },
  ask: { holds: (value) => value === 'allow' || value === 'block', say: () => 'allow or block' },
  // A relative path would start in a folder that the author of a repository controls.
  ca: {
    holds: (value) => typeof value === 'string' && isAbsolute(value),
    say: () => 'the whole path of a file of certificates',
  },
}

export function isAddress(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, username, password, search } = new URL(value)
  return ['http:', 'https:'].includes(protocol) && `${username}${password}${search}` === ''
}

/** The characters that a header can hold. */
export function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

export function isFail(value: unknown): value is Fail {
  return value === 'open' || value === 'closed'
}

export function isTimeout(value: unknown): value is number {
  const { least, most } = LIMITS.timeoutSeconds
  return typeof value === 'number' && value >= least && value <= most
}

export function timeoutRange(): string {
  return `from ${LIMITS.timeoutSeconds.least} to ${LIMITS.timeoutSeconds.most} seconds`
}
