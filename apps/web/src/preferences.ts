import { useSyncExternalStore } from 'react'

/** Settings of this browser. None is secret, and each has a default. */
export interface Preferences {
  readonly singleLetterKeys: boolean
  readonly zone: 'local' | 'utc'
  readonly density: 'compact' | 'default' | 'relaxed'
  /** Width of the detail panel, in CSS pixels. */
  readonly panelWidth: number
}

const KEY = 'sentinelmesh'
export const PANEL_WIDTH = { min: 380, default: 464, max: 720 } as const
const DEFAULTS: Preferences = {
  singleLetterKeys: true,
  zone: 'local',
  density: 'default',
  panelWidth: PANEL_WIDTH.default,
}

let current = read()
const listeners = new Set<() => void>()

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}')
    const found: Partial<Record<keyof Preferences, unknown>> =
      typeof stored === 'object' && stored !== null ? stored : {}
    return {
      singleLetterKeys: found.singleLetterKeys !== false,
      zone: found.zone === 'utc' ? 'utc' : 'local',
      density: found.density === 'compact' || found.density === 'relaxed' ? found.density : 'default',
      panelWidth: typeof found.panelWidth === 'number' ? clampPanel(found.panelWidth) : DEFAULTS.panelWidth,
    }
  } catch {
    return DEFAULTS // storage is disabled, or other code wrote there
  }
}

export function clampPanel(width: number): number {
  return Math.round(Math.min(PANEL_WIDTH.max, Math.max(PANEL_WIDTH.min, width)))
}

export function setPreference<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
  current = { ...current, [name]: value }
  try {
    window.localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // Without storage, the choice lasts until the page is closed.
  }
  for (const listener of listeners) listener()
}

export const preferences = () => current

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, preferences)
}
