import { useSyncExternalStore } from 'react'

/** The current time, updated once a minute for all relative times together. */
const listeners = new Set<() => void>()
let now = Date.now()
let timer: number | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  now = Date.now()
  timer ??= window.setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 60_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

export const useMinute = () => useSyncExternalStore(subscribe, () => now)
