import { useSyncExternalStore } from 'react'

/**
 * Unsaved rule texts, kept in this tab so that a reload or another page does not lose them. They never enter the URL,
 * and signing out removes them.
 */
export interface Draft {
  readonly text: string
  /** Hash of the version that was edited; null for a rule that was never saved. */
  readonly base: string | null
}

/** Used in place of an id for a rule that was never saved. */
export const NEW_RULE = ''

const PREFIX = 'sentinelmesh.draft:'
const listeners = new Set<() => void>()
const keyOf = (org: string, ruleId: string) => `${PREFIX}${org}:${ruleId}`
/** Fallback if storage is disabled or full. It lives as long as the page. */
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
    return undefined // written by other code
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

/** Removes all drafts on sign-out, so that the next user does not see them. */
export function forgetDrafts(): void {
  memory.clear()
  try {
    for (const key of Object.keys(window.sessionStorage))
      if (key.startsWith(PREFIX)) window.sessionStorage.removeItem(key)
  } catch {
    // Storage is disabled.
  }
  changed()
}

function changed(): void {
  names = undefined
  for (const listener of listeners) listener()
}

let names: string | undefined

/** All keys, joined into a string that is equal between changes, as a store snapshot must be. */
function allKeys(): string {
  if (names !== undefined) return names
  const keys = new Set(memory.keys())
  try {
    for (const key of Object.keys(window.sessionStorage)) if (key.startsWith(PREFIX)) keys.add(key)
  } catch {
    // Storage is disabled.
  }
  names = [...keys].join('\n')
  return names
}

/** The ids of the org's rules that have a draft. */
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

/** Asks for confirmation before the tab closes, because closing it loses the drafts. */
window.addEventListener('beforeunload', (event) => {
  names = undefined
  if (allKeys() !== '') event.preventDefault()
})
