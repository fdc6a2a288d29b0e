import { useEffect, useRef } from 'react'
import { useSession } from '../../shell/session.tsx'

/** Figures are renewed when the stream says that something new is there, and at most this often. */
const EVERY_MS = 5_000

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
    /** What changed while the stream was away is not known: everything may have. */
    let lost = false
    const renew = () => {
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
      timer = window.setTimeout(renew, Math.max(0, fetched + EVERY_MS - Date.now()))
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
