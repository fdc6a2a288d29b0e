import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oracle, type Fire, type TestEvent } from './correlation-oracle.ts'
import { aCorrelation, anEvent, anyCorrelations, anyEvents, RULES } from './correlations.ts'
import type { CorrelationMatch } from '../src/correlate/correlation-match.ts'
import { createCorrelator, type Correlator } from '../src/correlate/correlator.ts'

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

/** With equal times several chains of events are equally good, and each is a right answer. */
const withoutChains = (fires: readonly Fire[], types: ReadonlyMap<string, string>) =>
  fires.map((fire) => (types.get(fire.correlation) === 'temporal_ordered' ? { ...fire, evidence: [] } : fire))

describe('a correlator fires', () => {
  test('where a reading of the rules that keeps all events and looks at each of them says so', () => {
    fc.assert(
      fc.property(anyCorrelations, anyEvents, (correlations, events) => {
        const correlator = createCorrelator({ rules: RULES, correlations: correlations.toReversed() })
        expect(correlator.notRun).toEqual([])
        const bare = (fires: readonly Fire[]) => sorted(fires.map((fire) => ({ ...fire, evidence: [] })))
        expect(bare(feedAll(correlator, events))).toEqual(bare(oracle(correlations, events)))
      }),
      { numRuns: 3_000, seed: 3 },
    )
  })

  test('with the events that made it hold', () => {
    fc.assert(
      fc.property(anyCorrelations, anyEvents, (correlations, events) => {
        // What an outer one shows depends on the choice among equal chains of an inner one.
        const plain = correlations.filter(({ rules }) => rules.every((id) => !id.startsWith('k')))
        const types = new Map(plain.map(({ id, type }) => [id, type]))
        const fires = feedAll(createCorrelator({ rules: RULES, correlations: plain }), events)
        expect(sorted(withoutChains(fires, types))).toEqual(sorted(withoutChains(oracle(plain, events), types)))
        for (const { correlation, evidence, value } of fires)
          if (types.get(correlation) === 'temporal_ordered') expect(evidence).toHaveLength(value)
      }),
      { numRuns: 1_000, seed: 4 },
    )
  })

  test('just the same when it is stopped anywhere and goes on from its snapshot', () => {
    fc.assert(
      fc.property(anyCorrelations, anyEvents, fc.nat(60), (correlations, events, cut) => {
        const source = { rules: RULES, correlations }
        const first = createCorrelator(source)
        const before = feedAll(first, events.slice(0, cut))
        const second = createCorrelator(source, { from: first.snapshot() })
        expect(second.stats().groups).toBe(first.stats().groups)
        // A window of distinct values keeps some that were seen again since; a snapshot does not.
        expect(second.stats().events).toBeLessThanOrEqual(first.stats().events)
        const after = feedAll(second, events.slice(cut))
        expect([...before, ...after]).toEqual(feedAll(createCorrelator(source), events))
      }),
      { numRuns: 1_000, seed: 5 },
    )
  })
})
