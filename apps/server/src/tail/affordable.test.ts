import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
import { linearRegex } from '@sentinelmesh/query/regex'
import { affordableFilters } from './affordable.ts'

const ORG = 1 as OrgId
const OTHER = 2 as OrgId
const entry = (text: string) => ({ payload: { type: 'text', text } }) as StoredEntry

function filter(source: string) {
  const compiled = linearRegex(source, '')
  if ('problem' in compiled) throw new Error(compiled.problem)
  return ({ payload }: StoredEntry) => compiled.test(payload.text)
}

test('a filter decides ordinary entries, and leaves one that exceeds its step limit undecided', () => {
  const affordable = affordableFilters()
  const holds = affordable(ORG, filter('[ab]*a[ab]{3}c'))
  const hard = Array.from({ length: 64 * 1024 }, (_, n) => ((n * n) % 7 < 3 ? 'a' : 'b')).join('')
  expect(holds(entry('babbac'))).toBe(true)
  expect(holds(entry('ab'))).toBe(false)
  expect(affordable(ORG, filter('[ab]*a[ab]{300}c'))(entry(hard))).toBe('undecided')
})

test('all filters of an org share the steps of one event-loop turn, and another org has its own', async () => {
  const affordable = affordableFilters()
  const [one, two, other] = [ORG, ORG, OTHER].map((org) => affordable(org, filter('x.*y$')))
  const long = entry(`x${'z'.repeat(100_000)}y`)
  const answers: unknown[] = []
  for (let n = 0; n < 2 * (LIMITS.tailTurnSteps / 100_000); n++) answers.push(one?.(long))
  expect(answers[0]).toBe(true)
  expect(answers.at(-1)).toBe('undecided')
  expect(two?.(long)).toBe('undecided')
  expect(other?.(long)).toBe(true)
  await nextTurn()
  expect(two?.(long)).toBe(true)
})
