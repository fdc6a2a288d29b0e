import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oracle, type Fire, type TestEvent } from './correlation-oracle.ts'
import { aCorrelation, anEvent, anyCorrelations, anyEvents, RULES } from './correlations.ts'
import { describeCorrelation, type CorrelationMatch } from '../src/correlate/correlation-match.ts'
import { createCorrelator, type Correlator, type CorrelatorOptions } from '../src/correlate/correlator.ts'
import { LIMITS } from '../src/limits.ts'
import type { Correlation } from '../src/parse/rule.ts'

const toFire = (match: CorrelationMatch): Fire => ({
  event: Number(match.ref),
  correlation: match.correlationId,
  group: JSON.stringify([...match.group]),
  value: match.reached.value,
  evidence: match.evidence.map(({ ref }) => ref),
})
const feedAll = (correlator: Correlator, events: readonly TestEvent[]) =>
  events.flatMap((event) => correlator.feed(event).map(toFire))
const sorted = (fires: readonly Fire[]) => fires.map((fire) => JSON.stringify(fire)).sort()
const one = (given: Partial<Correlation> = {}, options: CorrelatorOptions = {}) =>
  createCorrelator({ rules: RULES, correlations: [aCorrelation({ id: 'k', ...given })] }, options)
/** The times, in seconds, of the events at which a correlation fired. */
const firedAt = (correlator: Correlator, events: readonly TestEvent[]) =>
  events.flatMap((event) => correlator.feed(event).map(({ time }) => time / 1_000))
const seconds = (...times: readonly number[]) => times.map((time) => anEvent(time, ['a']))

describe('a correlator fires', () => {
  test('exactly where a naive implementation that keeps all events does', { timeout: 60_000 }, () => {
    let fired = 0
    fc.assert(
      fc.property(anyCorrelations, anyEvents, (correlations, events) => {
        const correlator = createCorrelator({ rules: RULES, correlations: correlations.toReversed() })
        expect(correlator.notRun).toEqual([])
        const bare = (fires: readonly Fire[]) => sorted(fires.map((fire) => ({ ...fire, evidence: [] })))
        const fires = bare(feedAll(correlator, events))
        expect(fires).toEqual(bare(oracle(correlations, events)))
        fired += fires.length
      }),
      { numRuns: 2_000, seed: 3 },
    )
    expect(fired).toBeGreaterThan(5_000)
  })

  test('with the events that satisfied it', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyCorrelations, anyEvents, (correlations, events) => {
        // Any of several equally long chains of events is correct, so only their length is compared.
        const plain = correlations.filter(({ rules }) => rules.every((id) => !id.startsWith('k')))
        const ordered = new Set(plain.filter(({ type }) => type === 'temporal_ordered').map(({ id }) => id))
        const comparable = (fires: readonly Fire[]) =>
          sorted(fires.map((fire) => (ordered.has(fire.correlation) ? { ...fire, evidence: [] } : fire)))
        const fires = feedAll(createCorrelator({ rules: RULES, correlations: plain }), events)
        expect(comparable(fires)).toEqual(comparable(oracle(plain, events)))
        const chains = fires.filter(({ correlation }) => ordered.has(correlation))
        expect(chains.map(({ evidence }) => new Set(evidence).size)).toEqual(chains.map(({ value }) => value))
      }),
      { numRuns: 1_000, seed: 4 },
    )
  })

  test('the same if it is stopped after each event and continues from its snapshot', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyCorrelations, anyEvents, (correlations, events) => {
        const source = { rules: RULES, correlations }
        let correlator = createCorrelator(source)
        const fires = events.flatMap((event) => {
          const before = correlator.stats()
          correlator = createCorrelator(source, { from: correlator.snapshot() })
          expect(correlator.stats().groups).toBe(before.groups)
          // A window of distinct values retains some values that were seen again later; a snapshot does not.
          expect(correlator.stats().events).toBeLessThanOrEqual(before.events)
          return feedAll(correlator, [event])
        })
        expect(fires).toEqual(feedAll(createCorrelator(source), events))
      }),
      { numRuns: 1_000, seed: 5 },
    )
  })
})

describe('a late event', () => {
  test('counts while it is inside the window of the newest one', () => {
    expect(firedAt(one(), seconds(100, 91, 95))).toEqual([95])
  })

  test('leaves the window by its own time', () => {
    expect(firedAt(one(), seconds(100, 91, 102))).toEqual([])
  })

  test('does not count if it is older than that, and is reported as late', () => {
    const correlator = one()
    expect(firedAt(correlator, seconds(100, 89, 88, 101))).toEqual([])
    expect(correlator.stats()).toMatchObject({ late: 2, restarted: 0 })
  })

  test('does not move the clock back or shorten the hold', () => {
    expect(firedAt(one(), seconds(100, 100, 100, 91, 110, 110, 110, 111))).toEqual([100, 111])
  })

  test('restarts its group if the clock was evidently set back', () => {
    const correlator = one()
    expect(firedAt(correlator, seconds(4_102_444_800, 1_000, 1_001, 1_002))).toEqual([1_002])
    expect(correlator.stats()).toMatchObject({ restarted: 1 })
  })
})

describe('a correlation of correlations', () => {
  const inner = aCorrelation({ id: 'inner', name: 'many', groupBy: ['U'], condition: [{ operator: 'gte', number: 2 }] })

  test('shows the base events of the inner one', () => {
    const outer = aCorrelation({ id: 'outer', type: 'temporal_ordered', rules: ['many', 'rule b'], condition: null })
    const correlator = createCorrelator({ rules: RULES, correlations: [outer, inner] })
    const events = [1, 2, 3].map((ref) => anEvent(ref, [ref < 3 ? 'a' : 'b'], { U: 'bob' }, ref))
    const [many, both] = events.flatMap((event) => correlator.feed(event))
    expect(many).toMatchObject({ correlationId: 'inner', contributes: false })
    expect(both).toMatchObject({
      correlationId: 'outer',
      contributes: true,
      evidence: [
        { ref: 1, time: 1_000, ruleId: 'a' },
        { ref: 2, time: 2_000, ruleId: 'a' },
        { ref: 3, time: 3_000, ruleId: 'b' },
      ],
    })
  })

  test('sees the inner fire after the event that caused it', () => {
    const order = (rules: readonly string[]) => {
      const outer = aCorrelation({ id: 'outer', type: 'temporal_ordered', rules, condition: null })
      const correlator = createCorrelator({ rules: RULES, correlations: [inner, outer] })
      const events = [anEvent(1, ['a'], { U: 'bob' }), anEvent(2, ['a', 'b'], { U: 'bob' })]
      return events.flatMap((event) => correlator.feed(event)).map(({ correlationId }) => correlationId)
    }
    expect(order(['b', 'inner'])).toEqual(['inner', 'outer'])
    expect(order(['inner', 'b'])).toEqual(['inner'])
  })

  test('does not run if it refers to itself through others, while others run', () => {
    const loop = ['x', 'y'].map((id) => aCorrelation({ id, rules: [id === 'x' ? 'y' : 'x'] }))
    const behind = aCorrelation({ id: 'z', rules: ['y', 'a'] })
    const correlator = createCorrelator({ rules: RULES, correlations: [...loop, behind, inner] })
    expect(correlator.notRun.map(({ correlation }) => correlation.id)).toEqual(['x', 'y', 'z'])
    expect(correlator.notRun[0]?.reason).toBe(
      'It refers to a correlation that is not run, or to itself by way of others.',
    )
    expect(correlator.wants(['a'])).toBe(true)
    expect([...correlator.hidden]).toEqual(['a'])
  })

  test('can be part of a long chain', () => {
    const chain = Array.from({ length: 5_000 }, (_, level) =>
      aCorrelation({
        id: `k${level}`,
        rules: [level === 0 ? 'a' : `k${level - 1}`],
        condition: [{ operator: 'gte', number: 1 }],
      }),
    )
    const correlator = createCorrelator({ rules: RULES, correlations: chain.toReversed() })
    expect(correlator.feed(anEvent(1, ['a']))).toHaveLength(5_000)
  })
})

test('a correlation that refers to a missing rule does not run and names that rule', () => {
  const { notRun, hidden } = one({ rules: ['a', 'gone'] })
  expect(notRun.map(({ reason }) => reason)).toEqual([
    'It refers to "gone", which is not among the rules. Add or enable that rule.',
  ])
  expect([...hidden]).toEqual([])
})

test('a rule is found by its name or its id and counts as one rule', () => {
  const correlator = one({ type: 'temporal', rules: ['a', 'rule a', 'rule b'], condition: null })
  expect(firedAt(correlator, [anEvent(1, ['a']), anEvent(2, ['b'])])).toEqual([2])
})

test('a condition can read a field of only one of its rules', () => {
  const correlator = one({
    type: 'value_sum',
    rules: ['a', 'b'],
    fields: ['amount'],
    aliases: new Map([['amount', new Map([['b', 'V']])]]),
    condition: [{ operator: 'gte', number: 5 }],
  })
  const events = [['a'], ['b'], ['a', 'b']].map((rules, at) => anEvent(at, rules, { V: '2.5', amount: '9' }))
  expect(firedAt(correlator, events)).toEqual([2])
})

test('an event without a time is rejected', () => {
  expect(() => one().feed(anEvent(Number.NaN, ['a']))).toThrow('The time of an event is a number of milliseconds.')
})

test('long values that differ only near their end are separate groups, and only their prefix is stored', () => {
  const correlator = one({ groupBy: ['U'], condition: [{ operator: 'gte', number: 2 }] })
  const long = 'x'.repeat(200_000)
  const fires = ['1', '2', '1'].flatMap((end) => correlator.feed(anEvent(1, ['a'], { U: long + end })))
  expect(fires).toHaveLength(1)
  expect(fires[0]?.group.get('U')).toMatch(/^x{959}…[0-9a-f]{64}$/)
  expect(correlator.stats().bytes).toBeLessThan(10_000)
})

test('groups of several values are never confused', () => {
  const correlator = one({ groupBy: ['U', 'H'], condition: [{ operator: 'gte', number: 2 }] })
  const pairs = [
    { U: '1:a', H: '' },
    { U: '1', H: 'a' },
    { U: '', H: '1:a' },
    { U: '1:a0:', H: '' },
  ]
  expect(pairs.flatMap((fields) => correlator.feed(anEvent(1, ['a'], fields)))).toEqual([])
  const [again] = correlator.feed(anEvent(1, ['a'], pairs[0]))
  expect([...(again?.group ?? [])]).toEqual([
    ['U', '1:a'],
    ['H', ''],
  ])
})

describe('a sum', () => {
  const sum = (numbers: readonly (readonly [number, string])[], number: number) =>
    firedAt(
      one({ type: 'value_sum', fields: ['V'], condition: [{ operator: 'eq', number }] }),
      numbers.map(([time, V]) => anEvent(time, ['a'], { V })),
    )

  test('has no error left over from large numbers', () => {
    expect(
      sum(
        [
          [0, '1e300'],
          [1, '1e150'],
          [2, '1'],
          [11, '0'],
          [12, '0'],
        ],
        1,
      ),
    ).toEqual([12])
  })

  test('is exact after a million numbers have been added and removed', { timeout: 60_000 }, () => {
    const correlator = one({
      type: 'value_sum',
      fields: ['V'],
      timespanMs: 1_000,
      condition: [{ operator: 'eq', number: 0.3 }],
    })
    for (let at = 0; at < 1_000_000; at++) correlator.feed(anEvent(at / 10, ['a'], { V: `${at % 10}.1e${at % 7}` }))
    expect(firedAt(correlator, [anEvent(200_000, ['a'], { V: '0.1' }), anEvent(200_000, ['a'], { V: '0.2' })])).toEqual(
      [],
    )
    // The exact sum of two doubles, rounded once: 0.1 + 0.2 is not 0.3, and 0.25 + 0.05 is.
    expect(
      firedAt(correlator, [anEvent(300_000, ['a'], { V: '0.25' }), anEvent(300_000, ['a'], { V: '0.05' })]),
    ).toEqual([300_000])
  })

  test('does not overflow', () => {
    const correlator = one({ type: 'value_sum', fields: ['V'], condition: [{ operator: 'gt', number: 1.6e308 }] })
    const of = (numbers: readonly [number, string][]) =>
      numbers.flatMap(([time, V]) => correlator.feed(anEvent(time, ['a'], { V })).map(({ reached }) => reached.value))
    expect(
      of([
        [0, '9e307'],
        [1, '1.7e308'],
        [2, '1.7e308'],
      ]),
    ).toEqual([Number.MAX_VALUE])
    expect(
      of([
        [13, '5'],
        [14, '6'],
        [24, '1.7e308'],
      ]),
    ).toEqual([1.7e308])
  })
})

describe('an average', () => {
  test.each([
    [3, '0.1'],
    [7, '0.7'],
    [49, '-1.1'],
    [1_000, '123456.789'],
    [3, '1.7e308'],
    [9_999, '5e-250'],
  ])('of %i times %s is that number', (count, text) => {
    const correlator = one({ type: 'value_avg', fields: ['V'], condition: [{ operator: 'eq', number: Number(text) }] })
    // The first event fires, and so does the first one after the timespan, with all events since then.
    const times = Array.from({ length: count }, (_, at) => (at === 0 ? 0 : at === count - 1 ? 10_001 : 5_000))
    const fired = times.flatMap((time) => correlator.feed({ ...anEvent(0, ['a'], { V: text }), time }))
    expect(fired.map(({ reached }) => [reached.events, reached.value])).toEqual([
      [1, Number(text)],
      [count - 1, Number(text)],
    ])
  })
})

describe('a percentile', () => {
  const percentile = (rank: number, values: readonly string[]) => {
    const { length } = values
    const correlator = one({
      type: 'value_percentile',
      fields: ['V'],
      percentile: rank,
      condition: [{ operator: 'neq', number: 0.5 }],
    })
    // Only the last event comes after the hold of the first.
    const times = values.map((_, at) => (at === 0 ? -10_001 : at === length - 1 ? 0 : -1))
    return values.flatMap((V, at) => correlator.feed({ ...anEvent(0, ['a'], { V }), time: times[at] ?? 0 })).at(-1)
      ?.reached.value
  }

  test.each<[number, readonly string[], number]>([
    [50, ['9', '1', '2', '3', '4'], 2.5],
    [0, ['9', '3', '1', '2'], 1],
    [100, ['9', '3', '1', '2'], 3],
    [25, ['9', '10', '20'], 12.5],
    [99.9, ['9', '7'], 7],
    [55, ['9', ...Array.from({ length: 101 }, (_, at) => `${at}`)], 55],
    [7, ['9', ...Array.from({ length: 101 }, (_, at) => `${at}`)], 7],
    [50, ['9', '-1.7e308', '1.7e308'], 0],
    [10, ['9', '-1.7e308', '1.7e308'], -1.7e308 * 0.9 + 1.7e308 * 0.1],
  ])('%d of %j is interpolated between its neighbors', (rank, values, wanted) => {
    expect(percentile(rank, values)).toBe(wanted)
  })
})

describe('a match', () => {
  const reached = (given: Partial<Correlation>, events: readonly TestEvent[]) => {
    const correlator = one({ groupBy: ['U'], timespanMs: 600_000, ...given })
    return events.flatMap((event) => correlator.feed(event)).map(describeCorrelation)
  }
  const of = (values: readonly string[]) => values.map((V, at) => anEvent(at, ['a'], { U: 'bob', V }))

  test.each<[Partial<Correlation>, readonly TestEvent[], string]>([
    [{}, of(['', '', '']), '3 events (≥ 3) within 10m for U=bob'],
    [{ groupBy: [] }, of(['', '', '']), '3 events (≥ 3) within 10m'],
    [
      { type: 'value_count', fields: ['V'] },
      of(['x', 'y', 'x', 'z']),
      '3 distinct values of V (≥ 3) within 10m for U=bob',
    ],
    [
      { type: 'temporal', rules: ['a', 'b'], condition: null, timespanMs: 90_000 },
      [anEvent(1, ['b', 'a'], { U: 'bob' })],
      '2 of 2 rules within 90s for U=bob',
    ],
    [
      { type: 'temporal_ordered', rules: ['a', 'b'], condition: null, timespanMs: 7_200_000 },
      [anEvent(1, ['a'], { U: 'bob' }), anEvent(2, ['b'], { U: 'bob' })],
      '2 of 2 rules in order within 2h for U=bob',
    ],
    [
      { type: 'value_sum', fields: ['V'], timespanMs: 86_400_000 },
      of(['1', '1.5', '0.5']),
      'V adds up to 3 (≥ 3) over 3 events within 1d for U=bob',
    ],
    [{ type: 'value_max', fields: ['V'] }, of(['2', '5', '7']), 'the largest V is 5 (≥ 3) within 10m for U=bob'],
    [
      { type: 'value_min', fields: ['V'], condition: [{ operator: 'lte', number: 2 }] },
      of(['3', 'x', '1.5']),
      'the smallest V is 1.5 (≤ 2) within 10m for U=bob',
    ],
    [
      { type: 'value_avg', fields: ['V'] },
      of(['2', 'x', '4']),
      'the average V of 2 events is 3 (≥ 3) within 10m for U=bob',
    ],
    [
      { type: 'value_percentile', fields: ['V'], percentile: 50 },
      of(['1', '5']),
      'percentile 50 of V of 2 events is 3 (≥ 3) within 10m for U=bob',
    ],
    [
      {
        type: 'value_percentile',
        fields: ['V'],
        condition: [
          { operator: 'gt', number: 1 },
          { operator: 'lt', number: 60 },
        ],
      },
      of(['x', 'y']),
      'the value of V is that of 2 events in 50 % (> 1, < 60) within 10m for U=bob',
    ],
  ])('describes how it came about (%#)', (given, events, sentence) => {
    expect(reached(given, events)).toEqual([sentence])
  })

  test('lists only the newest of the events that satisfied it, up to a limit', () => {
    const correlator = one({ condition: [{ operator: 'gte', number: 100 }] })
    const events = Array.from({ length: 100 }, (_, ref) => anEvent(1, ['a'], {}, ref))
    const [match] = events.flatMap((event) => correlator.feed(event))
    expect(match?.evidence.map(({ ref }) => ref)).toEqual(
      Array.from({ length: LIMITS.correlationEvidence }, (_, at) => 100 - LIMITS.correlationEvidence + at),
    )
  })
})
