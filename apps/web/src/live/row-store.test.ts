import { describe, expect, test } from 'vitest'
import { aRow } from './testing/a-row.ts'
import { add, addPage, dropBefore, EMPTY, evict, firstShown, hold } from './row-store.ts'

const T0 = Date.UTC(2026, 3, 14, 12, 0, 0)

const rowAt = (seq: number, at = T0 + seq * 1000, receivedAt = at) => aRow(seq, at, receivedAt)

const page = (...seqs: number[]) => seqs.map((seq) => hold(rowAt(seq), 0))
const live = (...seqs: number[]) => seqs.map((seq) => hold(rowAt(seq), T0))
const seqs = (store: typeof EMPTY) => store.rows.map(({ seq }) => seq)

describe('the row store', () => {
  test('a page and the tail that begins at its head join without gap or overlap', () => {
    const store = add(addPage(EMPTY, page(3, 2, 1), false), live(4, 5))
    expect(seqs(store)).toEqual([1, 2, 3, 4, 5])
  })

  test('a row that a reconnected tail delivers again is held once', () => {
    const once = add(EMPTY, live(1, 2, 3))
    const twice = add(once, live(2, 3, 4, 4))
    expect(seqs(twice)).toEqual([1, 2, 3, 4])
    expect(add(twice, live(1, 2))).toBe(twice)
  })

  test('a late entry is at its own time, with its delay', () => {
    const late = hold(rowAt(9, T0 + 1500, T0 + 41_500), T0)
    const store = add(add(EMPTY, live(1, 2, 3)), [late])
    expect(seqs(store)).toEqual([1, 9, 2, 3])
    expect(late.late).toBe(40_000)
  })

  test('an imported entry is not late', () => {
    expect(hold({ ...rowAt(1, T0, T0 + 1e9), surface: 'import' }, T0).late).toBe(0)
  })

  test('a late entry below the pages read so far is shown only when they reach it', () => {
    const first = addPage(EMPTY, page(8, 7, 6), true)
    const withLate = add(first, [hold(rowAt(20, T0 + 2500), T0)])
    expect(withLate.rows.slice(firstShown(withLate)).map(({ seq }) => seq)).toEqual([6, 7, 8])
    const second = addPage(withLate, page(5, 4, 3, 2), true)
    expect(second.rows.slice(firstShown(second)).map(({ seq }) => seq)).toEqual([2, 20, 3, 4, 5, 6, 7, 8])
  })

  test('two entries of the same instant are ordered by their position in the log', () => {
    const store = add(EMPTY, [hold(rowAt(2, T0), T0), hold(rowAt(1, T0), T0)])
    expect(seqs(store)).toEqual([1, 2])
  })

  test('beyond the limit the oldest rows are dropped, and the floor marks where to read again', () => {
    const { store, evicted } = evict(add(EMPTY, live(1, 2, 3, 4, 5)), 3)
    expect(evicted).toBe(true)
    expect(seqs(store)).toEqual([3, 4, 5])
    expect(store.floor).toEqual({ at: T0 + 3000, seq: 3 })
    expect(seqs(addPage(store, page(2, 1), false))).toEqual([1, 2, 3, 4, 5])
  })

  test('rows older than a moving range are dropped', () => {
    const store = dropBefore(addPage(EMPTY, page(3, 2, 1), true), T0 + 2000)
    expect(seqs(store)).toEqual([2, 3])
    expect(store.floor).toBeUndefined()
  })
})
