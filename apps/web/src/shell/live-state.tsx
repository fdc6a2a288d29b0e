import { usePulse } from '../live/pulse.ts'
import { StreamDot, streamWord } from './ingest-card.tsx'
import { useSession } from './session.tsx'

const WORDS = { live: 'Live', connecting: 'Connecting', reconnecting: 'Reconnecting', ended: 'Signed out' } as const

export function LiveState() {
  const { pulse } = useSession()
  const word = streamWord(usePulse(pulse))
  return (
    <span className="inline-flex items-center gap-2 px-1 text-body">
      <StreamDot word={word} />
      <span className="max-tablet:sr-only">{WORDS[word]}</span>
    </span>
  )
}
