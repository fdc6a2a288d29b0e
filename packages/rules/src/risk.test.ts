import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandOf, combine, LEVELS, recombine, type RuleEvidence } from './risk.ts'

const match = (ruleId: string, points: number, more: Partial<RuleEvidence> = {}): RuleEvidence => ({
  ruleId,
  title: ruleId,
  level: 'high',
  points,
  family: ruleId,
  contributes: true,
  ...more,
})
const riskOf = (matches: readonly RuleEvidence[], reportedRisk: number | null = null) =>
  combine({ matches, reportedRisk })

const evidence = fc.record({
  matches: fc.array(
    fc.record({
      ruleId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      title: fc.constant('t'),
      level: fc.constantFrom(...LEVELS),
      points: fc.integer({ min: 0, max: 100 }),
      family: fc.constantFrom('one', 'two', 'three', 'four'),
      contributes: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  reportedRisk: fc.option(fc.integer({ min: 0, max: 100 })),
})

test('no evidence is no risk', () => {
  expect(riskOf([])).toEqual({ risk: 0, band: 'none', contributions: [] })
})

test('independent evidence combines, and the shares say what each added, largest first', () => {
  const { risk, contributions } = riskOf([match('b', 40), match('a', 70)])
  expect(risk).toBe(82)
  expect(contributions.map(({ ruleId, share }) => [ruleId, share])).toEqual([
    ['a', 70],
    ['b', 12],
  ])
})

test('an exact half rounds up although binary fractions cannot hold it', () => {
  expect(riskOf([match('a', 50), match('b', 15), match('c', 10)]).risk).toBe(Math.round(61.75))
  expect(riskOf([match('a', 50, { family: 'x' }), match('b', 15, { family: 'y' })]).risk).toBe(58)
})

test('of a family only the strongest counts; a tie goes to the smaller id', () => {
  const same = { family: 'inj' }
  const { risk, contributions } = riskOf([match('z', 40, same), match('b', 70, same), match('a', 70, same)])
  expect(risk).toBe(70)
  expect(contributions.map(({ ruleId }) => ruleId)).toEqual(['a'])
})

test('weak evidence lifts a risk by one band at most', () => {
  const many = (points: number) => Array.from({ length: 30 }, (_, n) => match(`r${n}`, points))
  expect(riskOf(many(29)).risk).toBe(59)
  expect(riskOf(many(59)).risk).toBe(79)
  expect(riskOf(many(60)).risk).toBe(100)
})

test('what an agent reports of itself is evidence like any other, and can only raise the risk', () => {
  const { contributions, risk } = riskOf([match('a', 70)], 30)
  expect(risk).toBe(79)
  expect(contributions[1]).toMatchObject({ ruleId: null, level: null, family: 'reported', points: 30 })
  expect(riskOf([match('a', 70)], 0).risk).toBe(70)
})

test('a match that only feeds a correlation adds nothing', () => {
  expect(riskOf([match('a', 90, { contributes: false })]).risk).toBe(0)
})

test('bands begin where they say', () => {
  expect([0, 1, 29, 30, 59, 60, 79, 80, 100].map(bandOf)).toEqual([
    'none',
    'low',
    'low',
    'medium',
    'medium',
    'high',
    'high',
    'critical',
    'critical',
  ])
})

test('stored contributions give back exactly the risk and the shares they were stored with', () => {
  fc.assert(
    fc.property(evidence, (given) => {
      const once = combine(given)
      expect(recombine(once.contributions)).toEqual(once)
      expect(once.contributions.reduce((sum, { share }) => sum + share, 0)).toBe(once.risk)
      expect(once.contributions.every(({ share }) => share >= 0)).toBe(true)
    }),
  )
})

test('the order of the evidence does not matter, and more of it never lowers the risk', () => {
  fc.assert(
    fc.property(evidence, fc.nat(), (given, at) => {
      const { risk } = combine(given)
      expect(risk).toBeGreaterThanOrEqual(0)
      expect(risk).toBeLessThanOrEqual(100)
      expect(combine({ ...given, matches: given.matches.toReversed() })).toEqual(combine(given))
      const fewer = given.matches.filter((_, index) => index !== at % Math.max(1, given.matches.length))
      expect(combine({ ...given, matches: fewer }).risk).toBeLessThanOrEqual(risk)
    }),
  )
})
