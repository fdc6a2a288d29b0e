import { ArrowUp, Pause, Play, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, Keys } from '../../../components/inputs/button.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { count, counted, exact, rate } from '../../../figures.ts'
import type { Connection } from '../../../live/connection.ts'
import type { PauseCause } from '../../../live/log-list-machine.ts'
import type { LogListState } from '../../../live/log-list.ts'
import { TOO_FAST } from '../../../live/rate.ts'
import { clockTime } from '../../../time.ts'

interface TailBarProps {
  readonly state: LogListState
  readonly connection: Connection
  readonly filtered: boolean
  readonly live: boolean
  readonly onResume: () => void
  readonly onNarrow: () => void
}

const CAUSES: Record<PauseCause, string> = {
  space: 'Paused',
  scroll: 'Paused by scrolling',
  selection: 'Paused by selection',
  'text selection': 'Paused by text selection',
}

/** Status of the list. The button for new entries is here so that it never covers a row. */
export function TailBar({ state, connection, filtered, live, onResume, onNarrow }: TailBarProps) {
  return (
    <div
      className="flex h-9.5 shrink-0 items-center gap-2.5 border-b border-line px-5 text-small max-tablet:px-4"
      data-testid="tail-bar"
    >
      <Status state={state} connection={connection} filtered={filtered} live={live} />
      <div className="ml-auto flex items-center gap-2">
        {tooFast(state) && state.paused === null && <Button onClick={onNarrow}>Narrow filters</Button>}
        {state.paused !== null && (
          <button
            type="button"
            className="inline-flex h-6.5 items-center gap-1.5 rounded-full bg-accent-solid px-3 font-semibold text-accent-on tabular-nums hover:bg-accent-solid-hover coarse:h-11"
            onClick={onResume}
          >
            <ArrowUp size={13} aria-hidden="true" />
            {state.waiting === 0 ? 'Resume' : `${count(state.waiting)} new`}
          </button>
        )}
      </div>
    </div>
  )
}

const tooFast = (state: LogListState) => state.rate.matched > TOO_FAST

function Status({
  state,
  connection,
  filtered,
  live,
}: Pick<TailBarProps, 'state' | 'connection' | 'filtered' | 'live'>) {
  if (!live)
    return (
      <Line dot="bg-none" words="Not live">
        the time range has ended
      </Line>
    )
  if (connection.status === 'lost') {
    return (
      <Line dot="bg-danger" words="Offline">
        {state.upTo === null ? 'nothing shown yet' : `showing entries up to ${clockTime(state.upTo)}`}
      </Line>
    )
  }
  const { tail } = state
  if (typeof tail === 'object' && 'code' in tail)
    return (
      <Line dot="bg-danger" words="Not live">
        {tail.message}
      </Line>
    )
  if (typeof tail === 'object') {
    return (
      <>
        <RefreshCw size={13} aria-hidden="true" className="animate-turn text-ink-3" />
        <strong className="font-semibold">Catching up</strong>
        <span className="text-ink-3 tabular-nums">
          {tail.of === null ? `${exact(tail.fetched)} fetched` : `${exact(tail.fetched)} of ${exact(tail.of)} fetched`}
        </span>
      </>
    )
  }
  const flow = filtered
    ? `${rate(state.rate.matched)}/s match, of ${rate(state.rate.scanned)}/s`
    : `${rate(state.rate.scanned)}/s`
  if (state.paused !== null)
    return (
      <Line dot="bg-warn" words={CAUSES[state.paused]}>
        {flow}
      </Line>
    )
  if (tail !== 'live')
    return (
      <Line dot="bg-none" words="Connecting">
        {''}
      </Line>
    )
  if (state.backlog !== null)
    return (
      <Line dot="bg-warn" words="Catching up">
        {counted(state.backlog, 'entry', 'entries')} behind, none are skipped
      </Line>
    )
  if (tooFast(state))
    return (
      <Line dot="bg-warn" words={`${rate(state.rate.matched)}/s is too fast to read`}>
        all are stored; pause to read them
      </Line>
    )
  return (
    <Line dot="bg-ok" words="Live">
      {flow}, {state.joined ? 'nothing missed' : 'checking for gaps'}
    </Line>
  )
}

function Line({
  dot,
  words,
  children,
}: {
  readonly dot: string
  readonly words: string
  readonly children: ReactNode
}) {
  return (
    <>
      <span aria-hidden="true" className={cn('size-1.75 shrink-0 rounded-full forced:border', dot)} />
      <strong className="font-semibold whitespace-nowrap">{words}</strong>
      <span className="truncate text-ink-3 tabular-nums">{children}</span>
    </>
  )
}

interface PauseButtonProps {
  readonly state: LogListState | undefined
  readonly connection: Connection
  readonly live: boolean
  readonly onToggle: () => void
}

/** Button in the top bar that shows whether the list is live, and pauses or resumes it. */
export function PauseButton({ state, connection, live, onToggle }: PauseButtonProps) {
  const still = !live || (state !== undefined && state.paused !== null)
  const word = !live ? 'Go live' : connection.status === 'lost' ? 'Reconnecting' : still ? 'Paused' : 'Live'
  return (
    <Button
      look={still && live ? 'active' : 'neutral'}
      className="min-w-9"
      aria-pressed={live ? still : undefined}
      aria-label={!live ? 'Go live' : still ? 'Resume the live view' : 'Pause the live view'}
      aria-keyshortcuts="Space"
      onClick={onToggle}
    >
      {connection.status === 'lost' && live ? (
        <RefreshCw size={13} aria-hidden="true" />
      ) : still && live ? (
        <Pause size={13} aria-hidden="true" />
      ) : live ? (
        <span aria-hidden="true" className="size-1.75 rounded-full bg-ok" />
      ) : (
        <Play size={13} aria-hidden="true" />
      )}
      <span className="max-tablet:sr-only">{word}</span>
      <Keys className="max-tablet:hidden">Space</Keys>
    </Button>
  )
}

/** `412 of 94,218 entries`: the number found, of all in the time range. */
export function foundText(found: number, estimated: boolean, all: number | undefined): string {
  if (estimated) return `≈ ${count(found)} entries`
  if (all === undefined || all === found) return counted(found, 'entry', 'entries')
  return `${count(found)} of ${counted(all, 'entry', 'entries')}`
}
