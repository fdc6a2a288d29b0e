import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from './compile-rules.ts'
import type { Entry } from './entry.ts'
import { judge } from './judge.ts'
import { DEFAULT_REDACTION } from './redact/redact.ts'
import { BANDS, bandOf, combine, LEVELS, recombine, type RuleEvidence } from './risk.ts'

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
  expect([29, 30, 59, 60].map((points) => riskOf(many(points)).risk)).toEqual([59, 79, 79, 100])
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

/** What `vocabulary.md` says, in whole numbers of any size: no rounding but the last. */
function exactRisk(points: readonly number[]): number {
  const left = points.reduce((product, one) => product * BigInt(100 - one), 1n)
  const whole = 100n ** BigInt(points.length)
  const rounded = Number((200n * (whole - left) + whole) / (2n * whole))
  const largest = Math.max(0, ...points)
  return Math.min(rounded, largest < 30 ? 59 : largest < 60 ? 79 : 100)
}

const SEED = 20_260_101
const check = <Given>(given: fc.Arbitrary<Given>, holds: (given: Given) => void) =>
  fc.assert(fc.property(given, holds), { seed: SEED, numRuns: 1_000 })
const points = fc.integer({ min: 0, max: 100 })

test('the risk is the formula to the last digit, worked out in whole numbers', () => {
  check(fc.array(points, { maxLength: 12 }), (list) => {
    expect(riskOf(list.map((one, index) => match(`r${index}`, one))).risk).toBe(exactRisk(list))
  })
  // All halves that two rules can make, among others.
  for (let a = 0; a <= 100; a++)
    for (let b = 0; b <= a; b++) expect(riskOf([match('a', a), match('b', b)]).risk).toBe(exactRisk([a, b]))
})

test('a risk is a whole number from 0 to 100, in the band that it is shown with', () => {
  check(evidence, (given) => {
    const { risk, band } = combine(given)
    expect(Number.isInteger(risk)).toBe(true)
    expect(risk).toBeGreaterThanOrEqual(0)
    expect(risk).toBeLessThanOrEqual(100)
    expect(BANDS[band].from).toBeLessThanOrEqual(risk)
    expect(BANDS[band].to).toBeGreaterThanOrEqual(risk)
  })
})

test('stored contributions give back exactly the risk and the shares they were stored with', () => {
  check(evidence, (given) => {
    const once = combine(given)
    expect(recombine(once.contributions)).toEqual(once)
    expect(recombine(JSON.parse(JSON.stringify(once.contributions.toReversed())))).toEqual(once)
  })
})

test('shares add up to the risk, and none takes away', () => {
  check(evidence, (given) => {
    const { risk, contributions } = combine(given)
    expect(contributions.reduce((sum, { share }) => sum + share, 0)).toBe(risk)
    for (const { share, points: own } of contributions) {
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(own)
    }
  })
})

test('the order of the evidence does not matter', () => {
  check(
    evidence.chain((given) => fc.tuple(fc.constant(given), shuffled(given.matches))),
    ([given, matches]) => {
      expect(combine({ ...given, matches })).toEqual(combine(given))
    },
  )
})

const shuffled = <One>(list: readonly One[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length })

test('the same evidence twice changes nothing', () => {
  check(evidence, (given) => {
    expect(combine({ ...given, matches: [...given.matches, ...given.matches] })).toEqual(combine(given))
  })
})

test('more evidence never lowers a risk: another match, more points, a claim of the agent', () => {
  check(fc.tuple(evidence, fc.nat(), points), ([given, at, raised]) => {
    const { risk } = combine(given)
    const index = at % Math.max(1, given.matches.length)
    const fewer = given.matches.filter((_, other) => other !== index)
    expect(combine({ ...given, matches: fewer }).risk).toBeLessThanOrEqual(risk)
    const more = given.matches.map((one, other) =>
      other === index ? { ...one, points: Math.max(one.points, raised) } : one,
    )
    expect(combine({ ...given, matches: more }).risk).toBeGreaterThanOrEqual(risk)
    expect(combine({ ...given, reportedRisk: null }).risk).toBeLessThanOrEqual(risk)
  })
})

test('of each family one match counts, and it is a strongest one', () => {
  check(evidence, ({ matches }) => {
    const strongest = new Map<string, number>()
    for (const { family, points: own, contributes } of matches)
      if (contributes && own > 0) strongest.set(family, Math.max(own, strongest.get(family) ?? 0))
    const counted = riskOf(matches).contributions.map(({ family, points: own }) => [family, own] as const)
    expect(counted.length).toBe(strongest.size)
    expect(new Map(counted)).toEqual(strongest)
  })
})

test('what does not contribute, as a match that a filter held back, counts as if it were not there', () => {
  check(evidence, (given) => {
    const matches = given.matches.filter(({ contributes }) => contributes)
    expect(combine(given)).toEqual(combine({ ...given, matches }))
  })
})

test('a rule that a filter holds back adds nothing to the risk of an entry, and its match is told all the same', () => {
  const rule =
    'title: R\nid: r1\nlogsource: {product: ai_agent}\ndetection: {s: {payload: x}, condition: s}\nlevel: high'
  const filter =
    'title: F\nid: f1\nlogsource: {product: ai_agent}\nfilter: {rules: [r1], f: {sender: me}, condition: not f}'
  const { ruleSet } = compileRules(`${rule}\n---\n${filter}`)
  const judged = (sender: string) => {
    const entry = { ...ENTRY, sender }
    const { risk, contributions, matches } = judge(entry, ruleSet, DEFAULT_REDACTION)
    return { risk, contributions: contributions.length, filteredBy: matches.map((one) => one.filteredBy) }
  }
  expect(judged('you')).toEqual({ risk: 70, contributions: 1, filteredBy: [null] })
  expect(judged('me')).toEqual({ risk: 0, contributions: 0, filteredBy: ['f1'] })
})

const ENTRY: Omit<Entry, 'sender'> = {
  receiver: null,
  kind: 'message',
  session: null,
  context: null,
  payload: { type: 'text', text: 'x' },
  attributes: null,
  logsource: {},
  reportedRisk: null,
  system: null,
}

test('however much there is of it, weaker evidence lifts a risk by one band at most', () => {
  check(evidence, (given) => {
    const { risk, contributions } = combine(given)
    const largest = Math.max(0, ...contributions.map((one) => one.points))
    expect(risk).toBeLessThanOrEqual(largest < 30 ? 59 : largest < 60 ? 79 : 100)
    expect(risk).toBeGreaterThanOrEqual(largest)
  })
})

test('points that have decayed to fractions combine to a whole risk that they recompute to', () => {
  const decayed = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 20 })
  check(decayed, (list) => {
    const once = recombine(list.map((own, index) => ({ ...match(`r${index}`, own) })))
    expect(Number.isInteger(once.risk)).toBe(true)
    expect(once.contributions.reduce((sum, { share }) => sum + share, 0)).toBe(once.risk)
    expect(recombine(JSON.parse(JSON.stringify(once.contributions)))).toEqual(once)
  })
})
