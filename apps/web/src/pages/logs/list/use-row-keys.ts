import type { ClauseField } from '@sentinelmesh/query'
import type { Binding } from '../../../keyboard.ts'
import type { LogListState } from '../../../live/log-list.ts'
import type { HeldRow } from '../../../live/row-store.ts'
import { COLUMNS } from './log-row.tsx'
import type { Cursor } from './log-table.tsx'

interface RowKeys {
  readonly state: LogListState | undefined
  readonly cursor: Cursor | null
  readonly setCursor: (cursor: Cursor) => void
  readonly openId: string | undefined
  readonly open: (held: HeldRow) => void
  readonly close: () => void
  readonly narrow: (field: ClauseField, value: string | number, negate: boolean) => void
  readonly panel: { readonly current: HTMLElement | null }
}

/** Shortcuts for the rows of the list and for the open entry. */
export function useRowKeys({ state, cursor, setCursor, openId, open, close, narrow, panel }: RowKeys): Binding[] {
  const view = state?.view
  const index = cursor === null || view === undefined ? -1 : view.indexOf(cursor)
  const current = () => {
    const item = view?.at(index)
    return item?.type === 'row' ? item.held : undefined
  }
  const move = (step: 1 | -1) => {
    if (view === undefined) return
    for (let next = index < 0 ? 0 : index + step; next >= 0 && next < view.length; next += step) {
      const item = view.at(next)
      if (item?.type !== 'row') continue
      setCursor({ at: item.held.at, seq: item.held.seq, column: cursor?.column ?? -1 })
      // If an entry is open, moving opens the next one.
      if (openId !== undefined) open(item.held)
      return
    }
  }
  const column = (step: 1 | -1) => {
    if (cursor === null) return
    setCursor({ ...cursor, column: Math.min(COLUMNS.length - 1, Math.max(-1, cursor.column + step)) })
  }
  const byCell = (negate: boolean) => {
    const held = current()
    if (held === undefined || cursor === null) return
    const [field, value] = cellFilter(held, cursor.column)
    narrow(field, value, negate)
  }
  const inTable = () => document.activeElement?.closest('[role=grid]') instanceof HTMLElement
  return [
    { keys: 'j  \u2193', does: 'Next entry', group: 'Entries', run: () => move(1) },
    { keys: 'k  \u2191', does: 'Previous entry', group: 'Entries', run: () => move(-1) },
    { keys: '\u2192', does: 'Next cell', group: 'Entries', when: inTable, run: () => column(1) },
    { keys: '\u2190', does: 'Previous cell', group: 'Entries', when: inTable, run: () => column(-1) },
    {
      keys: 'Enter',
      does: 'Open the entry, then move into it',
      group: 'Entries',
      when: () => current() !== undefined,
      run: () => {
        const held = current()
        if (held === undefined) return
        if (openId === held.row.id) panel.current?.focus()
        else open(held)
      },
    },
    {
      keys: 'Esc',
      does: 'Back to the list, then close the entry',
      group: 'Entries',
      when: () => openId !== undefined,
      run: () => {
        const inside = panel.current?.contains(document.activeElement) === true
        const row = document.querySelector<HTMLElement>('[role=row][tabindex="0"]')
        if (inside && row !== null) row.focus()
        else close()
      },
    },
    {
      keys: 'f',
      does: 'Filter by the cell, or by the sender',
      group: 'Entries',
      when: () => cursor !== null,
      run: () => byCell(false),
    },
    {
      keys: '\u21e7F',
      does: 'Exclude the cell, or the sender',
      group: 'Entries',
      when: () => cursor !== null,
      run: () => byCell(true),
    },
  ]
}

function cellFilter({ row }: HeldRow, column: number): [ClauseField, string | number] {
  if (column === 0) return ['band', row.band]
  if (column === 3) return ['kind', row.kind]
  return ['sender', row.sender]
}
