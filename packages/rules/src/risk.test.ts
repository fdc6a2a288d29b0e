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

test('no evidence means no risk', () => {
  expect(riskOf([])).toEqual({ risk: 0, band: 'none', contributions: [] })
})

test('independent evidence combines, and the shares state each contribution, largest first', () => {
  const { risk, contributions } = riskOf([match('b', 40), match('a', 70)])
  expect(risk).toBe(82)
  expect(contributions.map(({ ruleId, share }) => [ruleId, share])).toEqual([
    ['a', 70],
    ['b', 12],
  ])
})

test('an exact half rounds up although binary fractions cannot represent it', () => {
  expect(riskOf([match('a', 50), match('b', 15), match('c', 10)]).risk).toBe(Math.round(61.75))
  expect(riskOf([match('a', 50, { family: 'x' }), match('b', 15, { family: 'y' })]).risk).toBe(58)
})

test('only the strongest match of a family counts, and a tie goes to the smaller id', () => {
  const same = { family: 'inj' }
  const { risk, contributions } = riskOf([match('z', 40, same), match('b', 70, same), match('a', 70, same)])
  expect(risk).toBe(70)
  expect(contributions.map(({ ruleId }) => ruleId)).toEqual(['a'])
})

test('weak evidence raises a risk by at most one band', () => {
  const many = (points: number) => Array.from({ length: 30 }, (_, n) => match(`r${n}`, points))
  expect([29, 30, 59, 60].map((points) => riskOf(many(points)).risk)).toEqual([59, 79, 79, 100])
})

test('the risk that an agent reports is evidence like any other and can only raise the risk', () => {
  const { contributions, risk } = riskOf([match('a', 70)], 30)
  expect(risk).toBe(79)
  expect(contributions[1]).toMatchObject({ ruleId: null, level: null, family: 'reported', points: 30 })
  expect(riskOf([match('a', 70)], 0).risk).toBe(70)
})

test('a match that only feeds a correlation adds nothing', () => {
  expect(riskOf([match('a', 90, { contributes: false })]).risk).toBe(0)
})

test('each band begins at its documented risk', () => {
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

/** The formula of `vocabulary.md` in big integers: only the final result is rounded. */
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

test('the risk equals the formula computed exactly in integers', () => {
  check(fc.array(points, { maxLength: 12 }), (list) => {
    expect(riskOf(list.map((one, index) => match(`r${index}`, one))).risk).toBe(exactRisk(list))
  })
  // Includes every exact half that two rules can produce.
  for (let a = 0; a <= 100; a++)
    for (let b = 0; b <= a; b++) expect(riskOf([match('a', a), match('b', b)]).risk).toBe(exactRisk([a, b]))
})

test('a risk is an integer from 0 to 100 and within its band', () => {
  check(evidence, (given) => {
    const { risk, band } = combine(given)
    expect(Number.isInteger(risk)).toBe(true)
    expect(risk).toBeGreaterThanOrEqual(0)
    expect(risk).toBeLessThanOrEqual(100)
    expect(BANDS[band].from).toBeLessThanOrEqual(risk)
    expect(BANDS[band].to).toBeGreaterThanOrEqual(risk)
  })
})

test('stored contributions recombine to exactly the stored risk and shares', () => {
  check(evidence, (given) => {
    const once = combine(given)
    expect(recombine(once.contributions)).toEqual(once)
    expect(recombine(JSON.parse(JSON.stringify(once.contributions.toReversed())))).toEqual(once)
  })
})

test('shares add up to the risk, and none is negative', () => {
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

test('duplicate evidence changes nothing', () => {
  check(evidence, (given) => {
    expect(combine({ ...given, matches: [...given.matches, ...given.matches] })).toEqual(combine(given))
  })
})

test('more evidence never lowers a risk: another match, more points, or a risk reported by the agent', () => {
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

test('exactly one match of each family counts, and it is a strongest one', () => {
  check(evidence, ({ matches }) => {
    const strongest = new Map<string, number>()
    for (const { family, points: own, contributes } of matches)
      if (contributes && own > 0) strongest.set(family, Math.max(own, strongest.get(family) ?? 0))
    const counted = riskOf(matches).contributions.map(({ family, points: own }) => [family, own] as const)
    expect(counted.length).toBe(strongest.size)
    expect(new Map(counted)).toEqual(strongest)
  })
})

test('a match that does not contribute, such as a suppressed one, does not count', () => {
  check(evidence, (given) => {
    const matches = given.matches.filter(({ contributes }) => contributes)
    expect(combine(given)).toEqual(combine({ ...given, matches }))
  })
})

test('a suppressed match adds nothing to the risk of an entry but is still reported', () => {
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

test('any amount of weaker evidence raises a risk by at most one band', () => {
  check(evidence, (given) => {
    const { risk, contributions } = combine(given)
    const largest = Math.max(0, ...contributions.map((one) => one.points))
    expect(risk).toBeLessThanOrEqual(largest < 30 ? 59 : largest < 60 ? 79 : 100)
    expect(risk).toBeGreaterThanOrEqual(largest)
  })
})

test('points decayed to fractions combine to an integer risk and recombine to the same risk', () => {
  const decayed = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 20 })
  check(decayed, (list) => {
    const once = recombine(list.map((own, index) => ({ ...match(`r${index}`, own) })))
    expect(Number.isInteger(once.risk)).toBe(true)
    expect(once.contributions.reduce((sum, { share }) => sum + share, 0)).toBe(once.risk)
    expect(recombine(JSON.parse(JSON.stringify(once.contributions)))).toEqual(once)
  })
})
