import { useEffect, useState } from 'react'
import { useSession } from '../../../shell/session.tsx'
import { windowAt, type LogsView } from '../logs-search.ts'

const EVERY_MS = 5_000
/** A moving range is updated at least this often. */
const IDLE_MS = 60_000

/** The time range of the histogram and counts. It moves when entries arrive, at most every 5 s. */
export function useWindow(view: LogsView): { readonly from: number | null; readonly to: number } {
  const { pulse } = useSession()
  const { range, to } = view
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    // A new range ends now, not at the last update.
    const begin = window.setTimeout(() => setNow(Date.now()))
    let updated = Date.now()
    const timer = window.setInterval(() => {
      if (document.hidden || (range === undefined && to !== null && to <= updated)) return
      const newest = pulse.state().lastNews
      if ((newest !== null && newest > updated) || Date.now() - updated > IDLE_MS) {
        updated = Date.now()
        setNow(updated)
      }
    }, EVERY_MS)
    return () => {
      window.clearTimeout(begin)
      window.clearInterval(timer)
    }
  }, [pulse, range, to])
  return windowAt(view, now)
}
