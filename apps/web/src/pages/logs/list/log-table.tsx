import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useRef } from 'react'
import { cn } from '../../../components/layout/class-names.ts'
import { RowsSkeleton } from '../../../components/notices/waiting.tsx'
import type { LogListState } from '../../../live/log-list.ts'
import type { HeldRow } from '../../../live/row-store.ts'
import { usePreferences } from '../../../preferences.ts'
import { COLUMNS, DividerRow, GRID, LogRow } from './log-row.tsx'
import { useMedia } from '../../../components/layout/use-media.ts'

export interface Cursor {
  readonly at: number
  readonly seq: number
  /** -1 for the whole row. */
  readonly column: number
}

interface LogTableProps {
  readonly state: LogListState
  readonly cursor: Cursor | null
  readonly selectedId: string | undefined
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly onCursor: (cursor: Cursor) => void
  readonly onOpen: (held: HeldRow) => void
  readonly onHover: (held: HeldRow) => void
  readonly onOlder: () => void
  readonly onScrolled: (top: number) => void
}

const HEIGHTS = { compact: 24, default: 28, relaxed: 36 } as const
const TOUCH_HEIGHT = 44
const NARROW_HEIGHT = 52
const OVERSCAN = 12
/** Older rows are loaded when this many remain below the view. */
const AHEAD = 40
const HOVER_MS = 80

export function LogTable({
  state,
  cursor,
  selectedId,
  scroller,
  onCursor,
  onOpen,
  onHover,
  onOlder,
  onScrolled,
}: LogTableProps) {
  const { density } = usePreferences()
  const touch = useMedia('(pointer: coarse)')
  const narrow = useMedia('(max-width: 767.9px)')
  const height = narrow ? NARROW_HEIGHT : touch ? TOUCH_HEIGHT : HEIGHTS[density]
  const { view, older, backFilled } = state
  const focused = cursor === null ? -1 : view.indexOf(cursor)
  const hover = useRef<number | undefined>(undefined)

  // It hands out new items under the same identity: nothing here is memoized by it.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: view.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    getItemKey: (index) => {
      const item = view.at(index)
      if (item === undefined) return index
      return item.type === 'row' ? item.held.seq : `${item.divider.type} ${item.divider.key.at} ${item.divider.key.seq}`
    },
    // The row with the focus stays mounted while it is scrolled out of view.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      if (focused < 0 || shown.includes(focused)) return shown
      return [...shown, focused].sort((one, other) => one - other)
    },
  })
  const items = virtualizer.getVirtualItems()
  const last = items.findLast(({ index }) => index !== focused)?.index ?? 0

  useEffect(() => virtualizer.measure(), [virtualizer, height])
  useEffect(() => {
    if (older === 'more' && last >= view.length - AHEAD) onOlder()
  }, [older, last, view.length, onOlder])

  // Moving with the keyboard scrolls the row into view and focuses it.
  const moved = useRef<Cursor | null>(null)
  useEffect(() => {
    if (cursor === null || cursor === moved.current) return
    moved.current = cursor
    if (focused < 0) return
    virtualizer.scrollToIndex(focused, { align: 'auto' })
    window.requestAnimationFrame(() => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-seq="${cursor.seq}"]`)
      const target = cursor.column < 0 ? row : row?.querySelector<HTMLElement>(`[data-column="${cursor.column}"]`)
      if (
        document.activeElement?.closest('[role=grid]') instanceof HTMLElement ||
        document.activeElement === document.body
      ) {
        row?.focus({ preventScroll: true })
        target?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      }
    })
  }, [cursor, focused, virtualizer, scroller])

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Entries"
      aria-rowcount={older === 'end' ? view.length + 1 : -1}
      aria-colcount={COLUMNS.length}
      aria-busy={older === 'loading'}
      className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto [overflow-anchor:none]"
      onScroll={(event) => onScrolled(event.currentTarget.scrollTop)}
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-canvas">
        <div role="row" aria-rowindex={1} className={cn(GRID, 'h-7.5 px-5 text-micro text-ink-3 max-tablet:hidden')}>
          {COLUMNS.map((name, at) => (
            <div
              key={name}
              role="columnheader"
              aria-colindex={at + 1}
              {...(name === 'Time' ? { 'aria-sort': 'descending' as const } : {})}
            >
              {name}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const item = view.at(index)
          if (item === undefined) return null
          const place = { height, transform: `translateY(${start}px)` }
          if (item.type === 'divider') {
            return (
              <div
                key={key}
                role="row"
                aria-rowindex={index + 2}
                style={place}
                className="absolute inset-x-0 top-0 px-5 max-tablet:px-4"
              >
                <DividerRow divider={item.divider} />
              </div>
            )
          }
          const { held } = item
          const selected = held.row.id === selectedId
          const isFocused = index === focused
          return (
            // The page handles the keys of a row: Enter opens, j and k move.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={selected}
              data-seq={held.seq}
              tabIndex={isFocused || (focused < 0 && index === 0) ? 0 : -1}
              style={place}
              className={cn(
                GRID,
                'absolute inset-x-0 top-0 border-b border-line/60 px-5 text-body focus-inset max-tablet:content-center max-tablet:gap-y-0.5 max-tablet:px-4',
                selected ? 'bg-selected' : 'hover:bg-hover',
              )}
              onClick={() => {
                // Selecting text does not click the row.
                if (window.getSelection()?.isCollapsed === false) return
                onCursor({ at: held.at, seq: held.seq, column: -1 })
                onOpen(held)
              }}
              onFocus={() => {
                if (!isFocused) onCursor({ at: held.at, seq: held.seq, column: -1 })
              }}
              onPointerEnter={() => {
                window.clearTimeout(hover.current)
                hover.current = window.setTimeout(() => onHover(held), HOVER_MS)
              }}
              onPointerLeave={() => window.clearTimeout(hover.current)}
            >
              <LogRow
                held={held}
                selected={selected}
                focusedColumn={isFocused && cursor !== null ? cursor.column : -1}
                now={state.now}
                backFilled={backFilled.some(({ from, to }) => held.seq >= from && held.seq <= to)}
              />
            </div>
          )
        })}
      </div>
      {older === 'loading' && <RowsSkeleton rows={3} />}
    </div>
  )
}
