import { expect, test } from 'vitest'
import { beginAt, gapReason, step } from './continuity.ts'

const progress = (from: string, cursor: string) => ({ type: 'progress' as const, from, cursor, scanned: 1, matched: 0 })

test('consecutive batches are joined', () => {
  const first = step(beginAt('s1'), progress('s1', 's5'))
  expect(first).toEqual({ joined: true, next: { proven: 's5', breaks: 0 } })
  expect(step(first.next, progress('s5', 's5'))).toMatchObject({ joined: true })
})

test('a new tail takes its start from the first batch', () => {
  expect(step(beginAt(undefined), progress('s9', 'sa')).next.proven).toBe('sa')
})

test('a batch that begins elsewhere is requested again, and entries are reported missing if that does not help', () => {
  const once = step(beginAt('s1'), progress('s4', 's5'))
  expect(once).toMatchObject({ joined: false, again: true, next: { proven: 's1' } })
  const twice = step(once.next, progress('s4', 's5'))
  const thrice = step(twice.next, progress('s4', 's5'))
  expect(thrice).toMatchObject({
    joined: false,
    again: false,
    missing: { from: 's1', to: 's4' },
    next: { proven: 's5' },
  })
})

test('a batch that joins clears the earlier breaks', () => {
  const once = step(beginAt('s1'), progress('s4', 's5'))
  expect(step(once.next, progress('s1', 's5'))).toEqual({ joined: true, next: { proven: 's5', breaks: 0 } })
})

test('missing entries have a reason, and an unknown loss is not presented as harmless', () => {
  expect(gapReason('erased')).toBe('they were erased on request')
  expect(gapReason('retention')).toBe('the retention policy deleted them')
  expect(gapReason('restored')).toBe('they were lost when a backup was restored')
  expect(gapReason('lost')).toBe('the server lost them')
})
