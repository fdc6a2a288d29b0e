import type { Row } from '@sentinelmesh/api'
import { fromTailCursor } from '@sentinelmesh/api/constants'
import { ArrowRight, Check, TriangleAlert } from 'lucide-react'
import { cn } from '../../../components/layout/class-names.ts'
import { Entity, KindIcon } from '../../../components/entry/entity.tsx'
import { RiskNumber } from '../../../components/entry/risk.tsx'
import { RowSnippet } from '../../../components/text/shown-text.tsx'
import { duration, exact } from '../../../figures.ts'
import type { Divider } from '../../../live/list-view.ts'
import type { HeldRow } from '../../../live/row-store.ts'
import { dayOf, exactTime, inFull, span } from '../../../time.ts'

export const COLUMNS = ['Risk', 'Time', 'Sender → receiver', 'Payload'] as const
/** Shared by the header and the rows. */
export const GRID =
  'grid grid-cols-[64px_98px_clamp(272px,32cqw,420px)_minmax(0,1fr)] items-center gap-x-3 max-tablet:grid-cols-[92px_minmax(0,1fr)]'

const FRESH_MS = 600

interface LogRowProps {
  readonly held: HeldRow
  readonly focusedColumn: number
  readonly selected: boolean
  readonly backFilled: boolean
  /** When the list was composed. */
  readonly now: number
}

/** The cells of one entry; the table renders the row around them. */
export function LogRow({ held, focusedColumn, selected, backFilled, now }: LogRowProps) {
  const { row, at, late, arrived } = held
  const answer = verdictFlag(row)
  const cell = (column: number, className: string) => ({
    role: 'gridcell' as const,
    'aria-colindex': column + 1,
    className: cn(className, focusedColumn === column && 'rounded-chip outline-2 outline-focus'),
    'data-column': column,
  })
  return (
    <>
      {backFilled && (
        <span
          className="absolute inset-y-0 left-1.5 border-l-2 border-dotted border-ink-3"
          title="Back-filled after a reconnect"
        />
      )}
      {selected && <span aria-hidden="true" className="absolute inset-y-0 left-0 w-0.75 bg-accent" />}
      {arrived > 0 && now - arrived < FRESH_MS && (
        <span aria-hidden="true" className="absolute inset-y-0 left-0 w-0.75 animate-arrive bg-accent" />
      )}
      <div {...cell(0, 'min-w-0')}>
        <RiskNumber risk={row.risk} band={row.band} className={row.band === 'critical' ? '-ml-1.5' : ''} />
      </div>
      <div
        {...cell(1, 'mono flex items-center gap-1 whitespace-nowrap text-ink-2 max-tablet:order-3')}
        title={inFull(at)}
      >
        {exactTime(at)}
      </div>
      <div {...cell(2, 'flex min-w-0 items-center gap-1.5 max-tablet:order-2')}>
        <Entity name={row.sender} kind={row.kind} />
        {row.receiver !== null && (
          <>
            <ArrowRight size={13} aria-label="to" className="shrink-0 text-ink-3" />
            <Entity name={row.receiver} kind={row.kind} side="receiver" />
          </>
        )}
      </div>
      <div {...cell(3, 'flex min-w-0 items-center gap-2 text-ink-2 max-tablet:order-4')}>
        <KindIcon kind={row.kind} className="text-ink-3" />
        <RowSnippet row={row} className="mono min-w-0 flex-1 truncate" />
        {answer !== undefined && <Flag>{answer}</Flag>}
        {late > 0 && <Flag>{`arrived ${duration(late)} late`}</Flag>}
        {row.truncated === true && <Flag>cut</Flag>}
        {row.id_conflict === true && <Flag>ID conflict</Flag>}
      </div>
    </>
  )
}

/** Why the entry was not fully judged, or the verdict that the agent received; undefined if it was allowed. */
function verdictFlag({ verdict, would = verdict, unjudged, undecided }: Row): string | undefined {
  if (undecided !== undefined) return 'undecided'
  if (unjudged) return 'not judged'
  if (would === 'allow') return undefined
  return would === verdict ? verdict : `would ${would}`
}

function Flag({ children }: { readonly children: string }) {
  return <span className="shrink-0 rounded-chip border border-line-strong px-1 text-micro text-warn">{children}</span>
}

/** The position that a cursor encodes, as a number. */
function position(cursor: string): string {
  const seq = fromTailCursor(cursor)
  return seq === undefined ? '?' : exact(seq)
}

export function DividerRow({ divider }: { readonly divider: Divider }) {
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      aria-colspan={COLUMNS.length}
      className="flex h-full items-center gap-3 text-small text-ink-3"
    >
      <span aria-hidden="true" className="h-0 min-w-4 flex-1 border-t border-dashed border-line-strong" />
      <DividerText divider={divider} />
      <span aria-hidden="true" className="h-0 min-w-4 flex-1 border-t border-dashed border-line-strong" />
    </div>
  )
}

function DividerText({ divider }: { readonly divider: Divider }) {
  switch (divider.type) {
    case 'day':
      return <span className="font-medium">{dayOf(divider.day)}</span>
    case 'back-filled': {
      const { from, to, scanned, matched, whole } = divider
      return (
        <span className="flex items-center gap-1.5 truncate">
          <Check size={13} aria-hidden="true" className={whole ? 'text-ok' : 'text-warn'} />
          Back-filled {span(from, to)} after a reconnect. {exact(scanned)} {scanned === 1 ? 'entry' : 'entries'},{' '}
          {exact(matched)} match
          {whole ? ', nothing missing.' : '.'}
        </span>
      )
    }
    case 'gap':
      return (
        <span className="flex items-center gap-1.5 truncate text-warn">
          <TriangleAlert size={13} aria-hidden="true" />
          Entries {position(divider.from)} to {position(divider.to)} are missing: {divider.reason}.
        </span>
      )
  }
}
