import { expect, test } from 'vitest'
import { tally } from './tally.ts'

const SCOPES = Array.from({ length: 500 }, (_, index) => ({ source: null, scope: `scope ${index}` }))

test('a known source has its own count, however many unknown scopes come before it', () => {
  const told = tally()
  for (const scope of SCOPES) told.record(scope)
  told.record({ source: 'gen_ai', scope: 'sdk' }, 3)
  for (const scope of SCOPES) told.record(scope)
  const counts = told.counts()
  expect(counts.find(({ source }) => source === 'gen_ai')).toMatchObject({ records: 3 })
  expect(counts.find(({ scope }) => scope === '(other)')).toMatchObject({ source: null, records: 200 })
})

test('a record with several refused entries counts as refused once, for the first reason', () => {
  const told = tally()
  const of = { source: 'gen_ai', scope: 'sdk' } as const
  told.refuse(of, 'first')
  told.refuse(of, 'second')
  told.refuse({ ...of }, 'third', 5)
  expect(told.refused()).toEqual({ records: 6, reason: 'first' })
})
