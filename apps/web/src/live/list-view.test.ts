import type { Row } from '@sentinelmesh/api'
import { expect, test } from 'vitest'
import { type Divider, listView } from './list-view.ts'
import type { HeldRow } from './row-store.ts'

const DAY = 24 * 3600 * 1000
const calendar = {
  startOfDay: (at: number) => Math.floor(at / DAY) * DAY,
  nextDay: (midnight: number) => midnight + DAY,
}
const held = (seq: number, at: number): HeldRow => ({ row: { id: `id-${seq}` } as Row, at, seq, arrived: 0, late: 0 })

function written(view: ReturnType<typeof listView>): (number | string)[] {
  return Array.from({ length: view.length }, (_, index) => {
    const item = view.at(index)
    if (item === undefined) return 'nothing'
    return item.type === 'row' ? item.held.seq : item.divider.type
  })
}

test('rows are shown newest first, with a divider above the first row of an earlier day', () => {
  const rows = [held(1, 5), held(2, DAY - 1), held(3, DAY), held(4, DAY + 7)]
  const view = listView(rows, 0, [], calendar)
  expect(written(view)).toEqual([4, 3, 'day', 2, 1])
  expect(view.at(2)).toMatchObject({ divider: { day: DAY - 1 } })
})

test('days without rows share one divider', () => {
  expect(written(listView([held(1, 5), held(2, 9 * DAY)], 0, [], calendar))).toEqual([2, 'day', 1])
})

test('the divider of a back-filled gap is above the rows that it explains', () => {
  const mark: Divider = {
    type: 'back-filled',
    key: { at: 20, seq: 3 },
    from: 10,
    to: 20,
    scanned: 9,
    matched: 2,
    whole: true,
  }
  const rows = [held(1, 10), held(2, 20), held(3, 30)]
  const view = listView(rows, 0, [mark], calendar)
  expect(written(view)).toEqual([3, 'back-filled', 2, 1])
})

test('the index of a row is found whatever dividers are above it', () => {
  const rows = [held(1, 5), held(2, DAY), held(3, 2 * DAY), held(4, 2 * DAY + 1)]
  const view = listView(rows, 0, [], calendar)
  for (const row of rows) expect(view.at(view.indexOf(row))).toEqual({ type: 'row', held: row })
  expect(view.indexOf({ at: 6, seq: 1 })).toBe(-1)
})

test('rows that are held back are not in the list', () => {
  const rows = [held(1, 5), held(2, 6), held(3, 7)]
  const view = listView(rows, 1, [], calendar)
  expect(written(view)).toEqual([3, 2])
  expect(view.indexOf({ at: 5, seq: 1 })).toBe(-1)
})
