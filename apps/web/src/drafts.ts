import { useSyncExternalStore } from 'react'

/**
 * Rule texts that were written and not saved, kept in this tab until they are: a reload or another page loses nothing.
 * They never enter the address, and signing out removes them.
 */
export interface Draft {
  readonly text: string
  /** The version that was edited, by its hash; null: a rule that was never saved. */
  readonly base: string | null
}

/** In place of an id: the rule that is being written for the first time. */
export const NEW_RULE = ''

const PREFIX = 'sentinelmesh.draft:'
const listeners = new Set<() => void>()
const keyOf = (org: string, ruleId: string) => `${PREFIX}${org}:${ruleId}`
/** Where storage is switched off or full, they live as long as the page. */
const memory = new Map<string, string>()

function stored(key: string): string | null {
  try {
    return window.sessionStorage.getItem(key) ?? memory.get(key) ?? null
  } catch {
    return memory.get(key) ?? null
  }
}

export function readDraft(org: string, ruleId: string): Draft | undefined {
  const text = stored(keyOf(org, ruleId))
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string')
      return undefined
    const base = 'base' in value && typeof value.base === 'string' ? value.base : null
    return { text: value.text, base }
  } catch {
    return undefined // something else wrote there
  }
}

export function writeDraft(org: string, ruleId: string, draft: Draft | null): void {
  const key = keyOf(org, ruleId)
  memory.delete(key)
  try {
    if (draft === null) window.sessionStorage.removeItem(key)
    else window.sessionStorage.setItem(key, JSON.stringify(draft))
  } catch {
    if (draft !== null) memory.set(key, JSON.stringify(draft))
  }
  changed()
}

/** Signing out: what one person wrote is not left for the next. */
export function forgetDrafts(): void {
  memory.clear()
  try {
    for (const key of Object.keys(window.sessionStorage))
      if (key.startsWith(PREFIX)) window.sessionStorage.removeItem(key)
  } catch {
    // Storage is switched off.
  }
  changed()
}

function changed(): void {
  names = undefined
  for (const listener of listeners) listener()
}

let names: string | undefined

/** All keys, joined: a snapshot that stays equal while nothing changes. */
function allKeys(): string {
  if (names !== undefined) return names
  const keys = new Set(memory.keys())
  try {
    for (const key of Object.keys(window.sessionStorage)) if (key.startsWith(PREFIX)) keys.add(key)
  } catch {
    // Storage is switched off.
  }
  names = [...keys].join('\n')
  return names
}

/** The ids of rules of this org with a draft. */
export function useDrafts(org: string): ReadonlySet<string> {
  const keys = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, allKeys)
  const prefix = keyOf(org, '')
  return new Set(
    keys
      .split('\n')
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length)),
  )
}

/** Closing the tab would lose them: the browser asks first. */
window.addEventListener('beforeunload', (event) => {
  names = undefined
  if (allKeys() !== '') event.preventDefault()
})
