import { useSyncExternalStore } from 'react'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** The server sets `data-theme` from this cookie, so that the first paint is right. It is not secret. */
const COOKIE = 'sm_theme'
const YEAR_SECONDS = 365 * 24 * 3600

const listeners = new Set<() => void>()
const dark = window.matchMedia('(prefers-color-scheme: dark)')
dark.addEventListener('change', () => notify())

function notify(): void {
  for (const listener of listeners) listener()
}

export function setTheme(theme: Theme): void {
  const value = theme === 'system' ? `${COOKIE}=; Max-Age=0` : `${COOKIE}=${theme}; Max-Age=${YEAR_SECONDS}`
  document.cookie = `${value}; Path=/; SameSite=Lax`
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  notify()
}

function chosen(): Theme {
  const theme = document.documentElement.dataset['theme']
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** The theme on screen: the chosen one, or the system's. */
function shown(): 'light' | 'dark' {
  const theme = chosen()
  if (theme !== 'system') return theme
  return dark.matches ? 'dark' : 'light'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useTheme = () => useSyncExternalStore(subscribe, chosen)
export const useShownTheme = () => useSyncExternalStore(subscribe, shown)
export const toggleTheme = () => setTheme(shown() === 'dark' ? 'light' : 'dark')
