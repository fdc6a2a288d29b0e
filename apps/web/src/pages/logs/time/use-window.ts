import { useEffect, useState } from 'react'
import { useSession } from '../../../shell/session.tsx'
import { windowAt, type LogsView } from '../logs-search.ts'

const EVERY_MS = 5_000
/** Without news the range still moves on. */
const IDLE_MS = 60_000

/** The time that the histogram and the counts are asked for; it moves when there is something new, every 5 s at most. */
export function useWindow(view: LogsView): { readonly from: number | null; readonly to: number } {
  const { pulse } = useSession()
  const { range, to } = view
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    // Another range begins at the present, not at the last renewal.
    const begin = window.setTimeout(() => setNow(Date.now()))
    let asked = Date.now()
    const timer = window.setInterval(() => {
      if (document.hidden || (range === undefined && to !== null && to <= asked)) return
      const news = pulse.state().lastNews
      if ((news !== null && news > asked) || Date.now() - asked > IDLE_MS) {
        asked = Date.now()
        setNow(asked)
      }
    }, EVERY_MS)
    return () => {
      window.clearTimeout(begin)
      window.clearInterval(timer)
    }
  }, [pulse, range, to])
  return windowAt(view, now)
}
