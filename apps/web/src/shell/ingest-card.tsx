import { cn } from '../components/layout/class-names.ts'
import { rate } from '../figures.ts'
import { usePulse, type PulseState } from '../live/pulse.ts'
import { clockTime } from '../time.ts'
import { useSession } from './session.tsx'

export type StreamWord = 'live' | 'connecting' | 'reconnecting' | 'ended'

export function streamWord({ connection, perSecond }: PulseState): StreamWord {
  if (connection.status === 'open') return perSecond === null ? 'connecting' : 'live'
  if (connection.status === 'lost') return 'reconnecting'
  return connection.status === 'ended' ? 'ended' : 'connecting'
}

const DOTS: Record<StreamWord, string> = {
  live: 'bg-ok',
  connecting: 'bg-none',
  reconnecting: 'bg-warn',
  ended: 'bg-danger',
}

export function StreamDot({ word, className }: { readonly word: StreamWord; readonly className?: string }) {
  return (
    <span aria-hidden="true" className={cn('size-1.75 shrink-0 rounded-full forced:border', DOTS[word], className)} />
  )
}

/** The ingest rate, and whether this page receives the entries. */
export function IngestCard() {
  const { pulse } = useSession()
  const state = usePulse(pulse)
  const word = streamWord(state)
  const [first, second] = describe(word, state)
  return (
    <section
      aria-label="Ingest"
      title={`${first}, ${second}`}
      className="flex items-start gap-2.5 rounded-card border border-line bg-surface px-2.5 py-2 max-desktop:justify-center max-desktop:px-0 max-tablet:hidden"
    >
      <StreamDot word={word} className="mt-1.5" />
      <div className="min-w-0 max-desktop:sr-only">
        <p className="truncate text-small font-semibold tabular-nums">{first}</p>
        <p className="truncate text-micro font-normal text-ink-3">{second}</p>
      </div>
    </section>
  )
}

function describe(word: StreamWord, state: PulseState): [string, string] {
  switch (word) {
    case 'live':
      return [
        `${rate(state.perSecond ?? 0)} entries/s`,
        state.joined ? 'live, nothing missed' : 'live, checking for gaps',
      ]
    case 'reconnecting':
      return [
        'Reconnecting…',
        state.lastNews === null ? 'no entry seen yet' : `last entry ${clockTime(state.lastNews)}`,
      ]
    case 'connecting':
      return ['Connecting…', 'opening the live stream']
    case 'ended':
      return ['Not connected', 'sign in again']
  }
}
