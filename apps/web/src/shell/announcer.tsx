import { useEffect, useRef, useState } from 'react'
import { counted } from '../figures.ts'
import { useSession } from './session.tsx'
import { streamWord, type StreamWord } from './ingest-card.tsx'

const EVERY_MS = 10_000

/** Announces new entries to screen readers: merged, at most every 10 s, and not while a list is paused. */
export function Announcer() {
  const { pulse, isQuiet } = useSession()
  const [announcement, setAnnouncement] = useState('')
  const reported = useRef({ entries: 0, criticals: 0, word: 'connecting' as StreamWord })

  useEffect(() => {
    const timer = window.setInterval(() => {
      const { entries, criticals } = pulse.state()
      const fresh = entries - reported.current.entries
      const critical = criticals - reported.current.criticals
      if (fresh > 0 && !isQuiet()) {
        setAnnouncement(`${counted(fresh, 'new entry', 'new entries')}${critical > 0 ? `, ${critical} critical` : ''}`)
      }
      reported.current = { ...reported.current, entries, criticals }
    }, EVERY_MS)
    return () => window.clearInterval(timer)
  }, [pulse, isQuiet])

  // Announces a change of the connection at once, even while a list is paused.
  useEffect(
    () =>
      pulse.watch(() => {
        const word = streamWord(pulse.state())
        const before = reported.current.word
        if (before === word) return
        reported.current = { ...reported.current, word }
        if (word === 'reconnecting') setAnnouncement('Live stream lost, reconnecting')
        if (word === 'live' && before === 'reconnecting') setAnnouncement('Live again')
      }),
    [pulse],
  )

  return (
    <div role="status" aria-live="polite" className="sr-only">
      {announcement}
    </div>
  )
}
