import { useEffect, useRef } from 'react'
import { useSession } from '../../shell/session.tsx'

/** Reloads when the tail reports new entries, at most this often. */
const MIN_INTERVAL_MS = 5_000

export function useFresh(refetch: () => Promise<unknown>): void {
  const { pulse } = useSession()
  const latest = useRef(refetch)
  useEffect(() => {
    latest.current = refetch
  })
  useEffect(() => {
    let fetched = Date.now()
    let seen = pulse.state().lastNews
    let timer: number | undefined
    /** After a lost connection anything may have changed, so reload. */
    let lost = false
    const reload = () => {
      timer = undefined
      if (document.hidden) return
      fetched = Date.now()
      seen = pulse.state().lastNews
      void latest.current()
    }
    const look = () => {
      const { lastNews, connection } = pulse.state()
      const back = lost && connection.status === 'open'
      lost = connection.status === 'lost' || (lost && !back)
      if (timer !== undefined || (lastNews === seen && !back)) return
      timer = window.setTimeout(reload, Math.max(0, fetched + MIN_INTERVAL_MS - Date.now()))
    }
    const unwatch = pulse.watch(look)
    document.addEventListener('visibilitychange', look)
    return () => {
      unwatch()
      document.removeEventListener('visibilitychange', look)
      window.clearTimeout(timer)
    }
  }, [pulse])
}
