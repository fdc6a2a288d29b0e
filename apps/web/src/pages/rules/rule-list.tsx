import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useRef } from 'react'
import { cn } from '../../components/layout/class-names.ts'
import { LevelGlyph } from '../../components/entry/risk.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { Sparkline } from '../../components/charts/sparkline.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { count, counted, exact, UNKNOWN } from '../../figures.ts'
import { Select } from '../../components/inputs/select.tsx'
import { KIND_WORDS, ORIGIN_WORDS, RuleState } from './rule-state.tsx'
import type { RuleRow } from './rule-types.ts'
import type { Sort } from './rules-search.ts'

const ROW_PX = 51
/** The head of the table, which stays at the top of what scrolls. */
const HEAD_PX = 31
const OVERSCAN = 8
const COLUMNS = 3
/** More rules are loaded when this many remain below the view. */
const AHEAD = 20
const SORT_OPTIONS = [
  { value: 'level', text: 'by level' },
  { value: 'matches', text: 'by matches' },
  { value: 'title', text: 'by title' },
  { value: 'changed', text: 'by last change' },
] as const
const GRID =
  'grid grid-cols-[minmax(0,1fr)_64px_60px] items-center gap-x-3 px-4 max-[480px]:grid-cols-[minmax(0,1fr)_60px]'
/** On very narrow screens, titles are shown instead of sparklines. */
const LINE = 'max-[480px]:hidden'

interface RuleListProps {
  readonly rules: readonly RuleRow[]
  /** Number of all rules; `rules` holds the first of them. */
  readonly total: number
  readonly sort: Sort
  readonly selectedId: string | undefined
  /** The row from which the keyboard moves. */
  readonly focusedId: string | null
  readonly drafts: ReadonlySet<string>
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly onSort: (sort: Sort) => void
  readonly onFocus: (id: string) => void
  readonly onOpen: (id: string) => void
  /** Called when the end of `rules` comes into view. */
  readonly onEnd: () => void
}

/** Rules as rows of a windowed list, so thousands of them scroll smoothly. */
export function RuleList({
  rules,
  total,
  sort,
  selectedId,
  focusedId,
  drafts,
  scroller,
  onSort,
  onFocus,
  onOpen,
  onEnd,
}: RuleListProps) {
  const focused = rules.findIndex(({ id }) => id === focusedId)
  // It hands out new items under the same identity: nothing here is memoized by it.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rules.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    getItemKey: (index) => rules[index]?.id ?? index,
    // The row with the focus stays mounted while it is scrolled out of view.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      if (focused < 0 || shown.includes(focused)) return shown
      return [...shown, focused].sort((one, other) => one - other)
    },
  })

  const items = virtualizer.getVirtualItems()
  const last = items.findLast(({ index }) => index !== focused)?.index ?? 0
  useEffect(() => {
    if (rules.length < total && last >= rules.length - AHEAD) onEnd()
  }, [rules.length, total, last, onEnd])

  // Moving with the keyboard scrolls the row into view, and focuses it if the focus is in the list.
  const moved = useRef<string | null>(null)
  useEffect(() => {
    if (focusedId === null || focusedId === moved.current || focused < 0) return
    moved.current = focusedId
    virtualizer.scrollToIndex(focused, { align: 'auto' })
    window.requestAnimationFrame(() => {
      const free =
        document.activeElement === document.body || scroller.current?.contains(document.activeElement) === true
      if (free) {
        scroller.current
          ?.querySelector<HTMLElement>(`[data-rule="${CSS.escape(focusedId)}"]`)
          ?.focus({ preventScroll: true })
      }
    })
  }, [focusedId, focused, virtualizer, scroller])

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Rules"
      aria-rowcount={total + 1}
      aria-colcount={COLUMNS}
      className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto"
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-canvas">
        <div role="row" aria-rowindex={1} className={cn(GRID, 'h-7.5 text-micro text-ink-3')}>
          <div role="columnheader" aria-colindex={1} className="flex items-center gap-1">
            <span>Rules,</span>
            <Select<Sort> label="Order" look="quiet" value={sort} options={SORT_OPTIONS} onChange={onSort} />
          </div>
          <div role="columnheader" aria-colindex={2} className={LINE}>
            Last 24 h
          </div>
          <div role="columnheader" aria-colindex={3} className="text-right" title="Matches in the last 24 hours">
            Matches
          </div>
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const rule = rules[index]
          if (rule === undefined) return null
          const selected = rule.id === selectedId
          return (
            // The page handles the keys of a row: Enter opens, j and k move.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={selected}
              data-rule={rule.id}
              tabIndex={index === focused || (focused < 0 && index === 0) ? 0 : -1}
              style={{ height: ROW_PX, transform: `translateY(${start - HEAD_PX}px)` }}
              className={cn(
                GRID,
                'absolute inset-x-0 top-0 border-b border-line focus-inset',
                selected ? 'bg-selected' : 'hover:bg-hover',
              )}
              onClick={() => {
                onFocus(rule.id)
                onOpen(rule.id)
              }}
              onFocus={() => {
                if (index !== focused) onFocus(rule.id)
              }}
            >
              {selected && <span aria-hidden="true" className="absolute inset-y-0 left-0 w-0.75 bg-accent" />}
              <RuleCells rule={rule} edited={drafts.has(rule.id)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function RuleCells({ rule, edited }: { readonly rule: RuleRow; readonly edited: boolean }) {
  const quiet = rule.state === 'off' || rule.state === 'quarantined'
  // A filter has no matches, and a rule that does not run has none either.
  const counts = rule.kind !== 'filter' && rule.state !== 'loaded_not_run'
  return (
    <>
      <div
        role="gridcell"
        aria-colindex={1}
        {...(counts ? {} : { 'aria-colspan': 2 })}
        className={cn('flex min-w-0 items-center gap-2.5', !counts && 'col-span-2 max-[480px]:col-span-1')}
      >
        {rule.effective_level === null ? (
          <span className="w-3.5 shrink-0" />
        ) : (
          <LevelGlyph level={rule.effective_level} className={quiet ? 'opacity-60' : ''} />
        )}
        <div className="min-w-0 flex-1">
          <p
            className={cn('truncate text-body', quiet ? 'text-ink-2' : 'font-medium')}
            title={visibleString(rule.title)}
          >
            <ShownText text={rule.title} />
          </p>
          <FactsLine rule={rule} edited={edited} />
        </div>
      </div>
      {counts && (
        <div role="gridcell" aria-colindex={2} className={cn(LINE, quiet ? 'text-ink-3' : 'text-ink-2')}>
          <Sparkline values={rule.hourly} label={`Matches by hour: ${rule.hourly.join(', ')}`} width={60} />
        </div>
      )}
      <MatchesCell rule={rule} />
    </>
  )
}

/** Facts are shown in full if possible; the ID, which may be a UUID, is cut first. */
function FactsLine({ rule, edited }: { readonly rule: RuleRow; readonly edited: boolean }) {
  const facts = [
    rule.kind === 'rule' ? null : KIND_WORDS[rule.kind].toLowerCase(),
    rule.origin === 'builtin' ? null : ORIGIN_WORDS[rule.origin].toLowerCase(),
    rule.overridden ? 'overridden' : null,
    edited ? 'unsaved changes' : null,
  ].filter((fact) => fact !== null)
  return (
    <p className="flex items-center gap-1.5 text-small text-ink-3" title={visibleString(rule.id)}>
      <ShownText text={rule.id} className="min-w-6 shrink-[9999] truncate" />
      <RuleState state={rule.state} />
      {facts.length > 0 && <span className="min-w-0 truncate">· {facts.join(', ')}</span>}
    </p>
  )
}

function MatchesCell({ rule }: { readonly rule: RuleRow }) {
  if (rule.kind === 'filter') {
    return (
      <div role="gridcell" aria-colindex={3}>
        <span className="sr-only">not applicable</span>
      </div>
    )
  }
  if (rule.state === 'loaded_not_run') {
    return (
      <div role="gridcell" aria-colindex={3} className="text-right text-body text-ink-3" title="Not run on new entries">
        {UNKNOWN}
      </div>
    )
  }
  return (
    <div
      role="gridcell"
      aria-colindex={3}
      className="text-right text-body font-medium tabular-nums"
      title={counted(rule.matches_24h, 'match in the last 24 h', 'matches in the last 24 h')}
    >
      {count(rule.matches_24h)}
      {rule.matches_24h >= 100_000 && <span className="sr-only">exactly {exact(rule.matches_24h)}</span>}
    </div>
  )
}
