import { runsOf } from '@sentinelmesh/test-inputs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aCorrelation, anEvent, anyCorrelations, anyEvents, RULES } from './correlations.ts'
import { describeCorrelation } from '../src/correlate/correlation-match.ts'
import { createCorrelator, type CorrelatorOptions } from '../src/correlate/correlator.ts'
import { LIMITS } from '../src/limits.ts'
import { CORRELATION_TYPES, type Correlation, type CorrelationType } from '../src/parse/rule.ts'

/** A correlation of the type that compares with `number`. */
const ofType = (type: CorrelationType, number: number, given: Partial<Correlation> = {}) =>
  aCorrelation({
    id: type,
    type,
    rules: type.startsWith('temporal') ? ['a', 'b'] : ['a'],
    groupBy: ['U'],
    timespanMs: 3_600_000,
    fields: type.startsWith('value_') ? ['V'] : [],
    condition: [{ operator: 'gte', number }],
    ...given,
  })
const correlatorOf = (correlations: readonly Correlation[], options: CorrelatorOptions = {}) =>
  createCorrelator({ rules: RULES, correlations }, options)

test('a flood of groups stays within all limits and reports the number of dropped groups', { timeout: 120_000 }, () => {
  const limits = { correlationGroups: 1_000, correlationEvents: 5_000, correlationBytes: 100_000 }
  const correlator = correlatorOf(
    CORRELATION_TYPES.map((type) => ofType(type, 50)),
    { limits },
  )
  const groups = runsOf('rules', { usual: 100_000, full: 1_000_000 })
  let most = { groups: 0, events: 0, bytes: 0 }
  for (let at = 0; at < groups / CORRELATION_TYPES.length; at++) {
    correlator.feed(anEvent(at / 1_000, ['a', 'b'], { U: `user ${at}`, V: `${at}` }))
    const { groups, events, bytes } = correlator.stats()
    most = {
      groups: Math.max(most.groups, groups),
      events: Math.max(most.events, events),
      bytes: Math.max(most.bytes, bytes),
    }
  }
  expect(most.groups).toBeLessThanOrEqual(limits.correlationGroups)
  expect(most.events).toBeLessThanOrEqual(limits.correlationEvents)
  expect(most.bytes).toBeLessThanOrEqual(limits.correlationBytes)
  const { dropped, groups: live } = correlator.stats()
  expect(dropped + live).toBe(Math.ceil(groups / CORRELATION_TYPES.length) * CORRELATION_TYPES.length)
})

test(
  'the limits hold after each event of any sequence, and a snapshot restores the remaining groups',
  { timeout: 60_000 },
  () => {
    let dropped = 0
    const anyLimits = fc.record({
      correlationGroups: fc.integer({ min: 0, max: 6 }),
      correlationEvents: fc.integer({ min: 0, max: 30 }),
      correlationBytes: fc.integer({ min: 0, max: 200 }),
    })
    fc.assert(
      fc.property(anyCorrelations, anyEvents, anyLimits, (correlations, events, limits) => {
        const correlator = correlatorOf(correlations, { limits })
        for (const event of events) {
          correlator.feed(event)
          const { groups, events: kept, bytes } = correlator.stats()
          expect(groups).toBeLessThanOrEqual(limits.correlationGroups)
          expect(kept).toBeLessThanOrEqual(limits.correlationEvents)
          expect(bytes).toBeLessThanOrEqual(limits.correlationBytes)
          // Without groups, the counts are zero and not negative.
          expect(groups === 0 ? kept + bytes : 0).toBe(0)
        }
        const { groups, bytes } = correlator.stats()
        const again = correlatorOf(correlations, { limits, from: correlator.snapshot() }).stats()
        expect(again.groups).toBe(groups)
        expect(again.bytes).toBeLessThanOrEqual(bytes)
        dropped += correlator.stats().dropped
      }),
      { numRuns: 500, seed: 6 },
    )
    expect(dropped).toBeGreaterThan(1_000)
  },
)

describe('at a limit', () => {
  test.each([
    ['groups', { correlationGroups: 3 }],
    ['events', { correlationEvents: 7 }],
    ['bytes', { correlationBytes: 2 * 3 * '5:user0'.length }],
  ])('the least recently touched groups are dropped (%s)', (_, limits) => {
    const correlator = correlatorOf([ofType('event_count', 4)], { limits })
    const feed = (user: string) => correlator.feed(anEvent(1, ['a'], { U: user })).length
    for (const user of ['user0', 'user1', 'user2', 'user0', 'user1', 'user0', 'user3', 'user4']) feed(user)
    expect(correlator.stats().dropped).toBeGreaterThan(0)
    // The most recently touched of the first three groups remains. The third one starts over.
    expect(feed('user0')).toBe(1)
    expect([feed('user2'), feed('user2'), feed('user2')]).toEqual([0, 0, 0])
  })

  test('a group counts as dropped as long as its last event is inside the window', () => {
    const dropped = (seconds: number) => {
      const correlator = correlatorOf([ofType('event_count', 4, { timespanMs: 1_000 })], {
        limits: { correlationGroups: 1 },
      })
      for (const at of [1, seconds]) correlator.feed(anEvent(at, ['a'], { U: `at ${at}` }))
      return correlator.stats().dropped
    }
    expect([dropped(2), dropped(2.001)]).toEqual([1, 0])
  })

  test('an expired group does not count as dropped', () => {
    const correlator = correlatorOf([ofType('event_count', 4, { timespanMs: 1_000 })], {
      limits: { correlationGroups: 1 },
    })
    for (const seconds of [1, 5, 9]) correlator.feed(anEvent(seconds, ['a'], { U: `at ${seconds}` }))
    expect(correlator.stats()).toMatchObject({ groups: 1, dropped: 0, expired: 2 })
  })

  test('a group that exceeds a limit on its own is dropped too', () => {
    const correlator = correlatorOf([ofType('value_count', 1_000)], { limits: { correlationBytes: 5_000 } })
    const most = Array.from({ length: 200 }, (_, at) => {
      correlator.feed(anEvent(1, ['a'], { U: 'bob', V: `${at} ${'v'.repeat(100)}` }))
      return correlator.stats().bytes
    })
    expect(Math.max(...most)).toBeLessThanOrEqual(5_000)
    expect(correlator.stats().dropped).toBeGreaterThan(1)
  })

  test('counted values count toward the limit like the values of groups', () => {
    const limits = { correlationBytes: 20_000 }
    const correlator = correlatorOf([ofType('value_count', 1_000)], { limits })
    for (let at = 0; at < 500; at++)
      correlator.feed(anEvent(at, ['a'], { U: `user ${at % 50}`, V: `${at} ${'v'.repeat(100)}` }))
    expect(correlator.stats().bytes).toBeLessThanOrEqual(limits.correlationBytes)
    expect(correlator.stats().dropped).toBeGreaterThan(0)
  })

  test('a snapshot that exceeds the current limits is restored in part', () => {
    const source = [ofType('event_count', 2)]
    const first = correlatorOf(source)
    for (const user of ['x', 'y', 'z']) first.feed(anEvent(1, ['a'], { U: user }))
    const second = correlatorOf(source, { from: first.snapshot(), limits: { correlationGroups: 2 } })
    expect(second.stats()).toMatchObject({ groups: 2, dropped: 1 })
    expect(second.feed(anEvent(2, ['a'], { U: 'z' }))).toHaveLength(1)
  })
})

describe('groups without events', () => {
  test('expire after their timespan and the grace period, for every correlation', () => {
    const long = ofType('event_count', 9, { id: 'long', timespanMs: 7_200_000 })
    const correlator = correlatorOf([ofType('event_count', 9), long, ofType('value_count', 9, { timespanMs: 1_000 })])
    const grace = LIMITS.correlationGraceMs / 1_000
    const groupsAt = (seconds: number) => {
      correlator.feed(anEvent(seconds, ['a'], { U: 'other' }))
      return correlator.stats().groups
    }
    for (let user = 0; user < 10; user++) correlator.feed(anEvent(0, ['a'], { U: `user ${user}`, V: '1' }))
    expect(groupsAt(0)).toBe(33)
    expect(groupsAt(1 + grace)).toBe(33)
    expect(groupsAt(1.001 + grace)).toBe(23)
    expect(groupsAt(3_600 + grace)).toBe(23)
    expect(groupsAt(3_600.001 + grace)).toBe(13)
    expect(groupsAt(7_200.001 + grace)).toBe(3)
    // The group of `other` with the shortest timespan expired twice.
    expect(correlator.stats()).toMatchObject({ expired: 32, dropped: 0 })
  })

  test('stay while events arrive', () => {
    const correlator = correlatorOf([ofType('event_count', 9, { timespanMs: 1_000 })])
    for (let at = 0; at < 10_000; at += 500) correlator.feed(anEvent(at, ['a'], { U: 'busy' }))
    expect(correlator.stats()).toMatchObject({ groups: 1, events: 1, expired: 0 })
  })
})

describe('a group with more events than it keeps', () => {
  const most = LIMITS.correlationGroupEvents
  const flood = (correlation: Correlation, count: number, valueAt: (at: number) => string) => {
    const correlator = correlatorOf([correlation])
    const matches = Array.from({ length: count }, (_, at) =>
      correlator.feed(anEvent(at / 1_000, ['a'], { U: 'bob', V: valueAt(at) })),
    ).flat()
    return { matches, stats: correlator.stats() }
  }

  test('is still counted in full', () => {
    const { matches, stats } = flood(ofType('event_count', 5 * most), 5 * most, () => '')
    expect(matches.map(describeCorrelation)).toEqual(['about 50000 events (≥ 50000) within 1h for U=bob'])
    expect(stats.events).toBeLessThanOrEqual(most)
  })

  test('still adds up exactly, so padding cannot displace a value', () => {
    const { matches } = flood(ofType('value_sum', 1_000_000 + 49_999 * 0.5), 50_000, (at) => (at === 0 ? '1e6' : '0.5'))
    expect(matches.map(({ reached }) => reached.value)).toEqual([1_000_000 + 49_999 * 0.5])
  })

  test('cannot overflow when events are merged', () => {
    const correlator = correlatorOf([
      ofType('value_sum', 5, { timespanMs: 60_000, condition: [{ operator: 'eq', number: 5 }] }),
    ])
    const feed = (seconds: number, V: string) => correlator.feed(anEvent(seconds, ['a'], { U: 'bob', V }))
    for (let at = 0; at < 2 * most; at++) feed(at / 1_000, '1.7e308')
    expect(feed(30, '5')).toEqual([])
    expect(feed(90.001, '5').map(({ reached }) => reached.value)).toEqual([5])
  })

  test('loses merged events when they expire, and nothing else', () => {
    const correlator = correlatorOf([
      ofType('value_sum', 1, { timespanMs: 60_000, condition: [{ operator: 'lt', number: 0 }] }),
    ])
    for (let at = 0; at < 50_000; at++) correlator.feed(anEvent(at / 1_000, ['a'], { U: 'bob', V: '0.1' }))
    const [match] = correlator.feed(anEvent(111, ['a'], { U: 'bob', V: '-1' }))
    expect(match?.reached).toMatchObject({ value: -1, events: 1 })
  })

  test.each([
    ['value_max', 5 * most, -1],
    ['value_min', -5 * most, 1],
  ] as const)('still knows its extreme although each later value is closer to 0 (%s)', (type, first, step) => {
    const correlator = correlatorOf([ofType(type, 0, { condition: [{ operator: 'eq', number: first }] })])
    const feed = (seconds: number, V: number) => correlator.feed(anEvent(seconds, ['a'], { U: 'bob', V: `${V}` }))
    for (let at = 0; at < 5 * most; at++) feed(at / 1_000, first + step * at)
    expect(correlator.stats().events).toBeLessThanOrEqual(most)
    // The first event has left the window now, but the events that it was merged with have not.
    const [match] = feed(3_600.001, 0)
    expect(match?.reached).toMatchObject({ value: first, events: 1, partial: true })
    expect(match?.evidence).toHaveLength(1)
  })

  test('keeps as many distinct values as its condition requires', () => {
    const { matches } = flood(ofType('value_count', 2 * most), 2 * most, String)
    expect(matches).toHaveLength(1)
    const { stats } = flood(ofType('value_count', 5), 3 * most, String)
    expect(stats.events).toBeLessThanOrEqual(2 * most + 4)
  })

  test('computes its percentile from the most recent events', () => {
    const { matches } = flood(ofType('value_percentile', most, { percentile: 0 }), 2 * most + 1, String)
    expect(matches.map(({ reached }) => [reached.value, reached.events, reached.partial])).toEqual([[most, most, true]])
  })
})

describe('a snapshot', () => {
  test('of another version is rejected', () => {
    expect(() => correlatorOf([], { from: '{"version":0}' })).toThrow(
      'This is no snapshot of correlations of version 1. Begin without one.',
    )
  })

  test('records that events were left out', () => {
    const source = [ofType('event_count', LIMITS.correlationGroupEvents + 2)]
    const first = correlatorOf(source)
    for (let at = 0; at <= LIMITS.correlationGroupEvents; at++) first.feed(anEvent(1, ['a'], { U: 'bob' }))
    const [match] = correlatorOf(source, { from: first.snapshot() }).feed(anEvent(1, ['a'], { U: 'bob' }))
    expect(match?.reached.partial).toBe(true)
  })

  test('restores nothing for a correlation that has changed since', () => {
    const before = ofType('event_count', 2)
    const first = correlatorOf([before])
    first.feed(anEvent(1, ['a'], { U: 'bob' }))
    const changed = { ...before, hash: 'another' }
    expect(correlatorOf([changed], { from: first.snapshot() }).stats().groups).toBe(0)
    expect(correlatorOf([before], { from: first.snapshot() }).stats().groups).toBe(1)
  })
})
