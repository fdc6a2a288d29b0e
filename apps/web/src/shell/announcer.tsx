import { useEffect, useRef, useState } from 'react'
import { counted } from '../figures.ts'
import { useSession } from './session.tsx'
import { streamWord, type StreamWord } from './ingest-card.tsx'

const EVERY_MS = 10_000

/** Tells those who do not see the page what came: merged, at most every 10 s, and nothing while a list stands still. */
export function Announcer() {
  const { pulse, isQuiet } = useSession()
  const [said, setSaid] = useState('')
  const told = useRef({ entries: 0, criticals: 0, word: 'connecting' as StreamWord })

  useEffect(() => {
    const timer = window.setInterval(() => {
      const { entries, criticals } = pulse.state()
      const news = entries - told.current.entries
      const critical = criticals - told.current.criticals
      if (news > 0 && !isQuiet()) {
        setSaid(`${counted(news, 'new entry', 'new entries')}${critical > 0 ? `, ${critical} critical` : ''}`)
      }
      told.current = { ...told.current, entries, criticals }
    }, EVERY_MS)
    return () => window.clearInterval(timer)
  }, [pulse, isQuiet])

  // A change of the connection is told at once, whatever stands still.
  useEffect(
    () =>
      pulse.watch(() => {
        const word = streamWord(pulse.state())
        const before = told.current.word
        if (before === word) return
        told.current = { ...told.current, word }
        if (word === 'reconnecting') setSaid('Live stream lost, reconnecting')
        if (word === 'live' && before === 'reconnecting') setSaid('Live again')
      }),
    [pulse],
  )

  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
