import { useEffect, useRef, useState } from 'react'
import { counted } from '../figures.ts'
import { usePulse } from '../live/pulse.ts'
import { useSession } from './session.tsx'
import { streamWord } from './ingest-card.tsx'

const EVERY_MS = 10_000

/** Tells those who do not see the page what came: merged, at most every 10 s, and nothing while a list stands still. */
export function Announcer() {
  const { pulse, quiet } = useSession()
  const word = streamWord(usePulse(pulse))
  const [said, setSaid] = useState('')
  const told = useRef({ entries: 0, criticals: 0, word })

  useEffect(() => {
    const timer = window.setInterval(() => {
      const { entries, criticals } = pulse.state()
      const news = entries - told.current.entries
      const critical = criticals - told.current.criticals
      if (news > 0 && !quiet.current) {
        setSaid(`${counted(news, 'new entry', 'new entries')}${critical > 0 ? `, ${critical} critical` : ''}`)
      }
      told.current = { ...told.current, entries, criticals }
    }, EVERY_MS)
    return () => window.clearInterval(timer)
  }, [pulse, quiet])

  useEffect(() => {
    const before = told.current.word
    told.current.word = word
    if (before === word) return
    if (word === 'reconnecting') setSaid('Live stream lost, reconnecting')
    if (word === 'live' && before === 'reconnecting') setSaid('Live again')
  }, [word])

  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
