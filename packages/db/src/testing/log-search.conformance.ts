import type { LogId, OrgId, Seq } from '@sentinelmesh/api'
import { bandOf } from '@sentinelmesh/rules/risk'
import {
  compile,
  FACET_FIELDS,
  parseStrict,
  withoutFacet,
  type Ast,
  type FacetField,
  type Queryable,
} from '@sentinelmesh/query'
import { linearRegex } from '@sentinelmesh/query/regex'
import { clauseArbitrary, entries as queryables, NOW, queries } from '@sentinelmesh/query/testing'
import { runsOf } from '@sentinelmesh/test-inputs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import type { FacetCounts, Filter, LogSearch, Order, Page, Position } from '../log-search.ts'
import type { JudgedEntry, StoredRow } from '../log-store.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from './entries.ts'

/** The search, and what the suite needs with it: a store to write to, and its own orgs. */
export interface LogSearchUnderTest extends AsyncDisposable, Pick<Database, 'logs' | 'removal' | 'search' | 'reading'> {
  anOrg(): Promise<OrgId>
}

const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const ALL: Filter = { now: NEW_YEAR }
const NOTHING = { none: 0, low: 0, medium: 0, high: 0, critical: 0 }
const asking = (text: string): Filter => ({ ...ALL, query: parseStrict(text) })
const seqsOf = ({ items }: Page<StoredRow>) => items.map(({ seq }) => Number(seq))

/** The promises of `LogSearch`, for every implementation. */
export function logSearchConformance(name: string, open: () => Promise<LogSearchUnderTest>): void {
  describe(`${name} as a LogSearch`, () => {
    describe('for any query', () => {
      test('page, count, histogram and facets agree with the query in memory', async () => {
        await using store = await open()
        for (const log of fc.sample(logs, { numRuns: 4, seed: 1 })) {
          const org = await store.anOrg()
          await store.logs.append(org, log.map(toJudged))
          await fc.assert(
            fc.asyncProperty(queries, async (query) => {
              expect(await searchResults(store.search, org, query)).toEqual(recounted(query, log))
            }),
            { numRuns: runsOf('db', { usual: 20, full: 60 }), seed: 3 },
          )
        }
      })

      test('each operator and its negation agree with the query in memory', async () => {
        await using store = await open()
        for (const [seed, log] of fc.sample(logs, { numRuns: 4, seed: 2 }).entries()) {
          const org = await store.anOrg()
          await store.logs.append(org, log.map(toJudged))
          await fc.assert(
            fc.asyncProperty(clauseArbitrary, async (clause) => {
              for (const query of [clause, { type: 'not', of: clause, start: 0, end: 0 } as const])
                expect(await searchResults(store.search, org, query)).toEqual(recounted(query, log))
            }),
            { numRuns: runsOf('db', { usual: 40, full: 150 }), seed },
          )
        }
      })
    })

    describe('pages', () => {
      test('are ordered by instant, ties by seq, newest or oldest first', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(
          org,
          [5, 3, 3, 9, 1, 3].map((seconds) => anEntry({ at: NEW_YEAR + seconds * SECOND })),
        )
        for (const limit of [1, 2, 6, 7]) {
          expect(await allSeqs(store.search, org, ALL, { order: 'newest', limit })).toEqual([4, 1, 6, 3, 2, 5])
          expect(await allSeqs(store.search, org, ALL, { order: 'oldest', limit })).toEqual([5, 2, 3, 6, 1, 4])
        }
      })

      test('are the same forward and backward, and stop at both ends, while entries arrive', async () => {
        await using store = await open()
        await fc.assert(
          fc.asyncProperty(
            fc.record({
              before: fc.array(fc.nat(20), { maxLength: 30 }),
              limit: fc.integer({ min: 1, max: 7 }),
              order: fc.constantFrom<Order>('newest', 'oldest'),
              query: fc.constantFrom('', 'sender:agent.1', 'number'),
              // The direction of each next page, and the entries that arrive meanwhile.
              steps: fc.array(fc.tuple(fc.boolean(), fc.array(fc.nat(20), { maxLength: 3 })), { maxLength: 12 }),
            }),
            async ({ before, limit, order, query, steps }) => {
              const org = await store.anOrg()
              const made = (seconds: readonly number[]) =>
                seconds.map((second, n) =>
                  anEntry({
                    at: NEW_YEAR + second * SECOND,
                    sender: `agent.${n % 2}`,
                    payload: { type: 'text', text: `number ${n}` },
                  }),
                )
              await store.logs.append(org, made(before))
              const found = before
                .map((second, n) => ({ second, seq: n + 1 }))
                .filter((_, n) => query !== 'sender:agent.1' || n % 2 === 1)
                .sort((a, b) => a.second - b.second || a.seq - b.seq)
                .map(({ seq }) => seq)
              const whole = order === 'newest' ? found.toReversed() : found

              let [from, to] = [0, Math.min(whole.length, limit)]
              let page = await store.search.page(org, asking(query), { order, limit })
              const { head } = page
              for (const [forth, meanwhile] of [...steps, [true, []] as const]) {
                expect(seqsOf(page)).toEqual(whole.slice(from, to))
                expect(page.next === null).toBe(to >= whole.length)
                expect(page.previous === null).toBe(from === 0)
                if (meanwhile.length > 0) await store.logs.append(org, made(meanwhile))
                const place = forth ? page.next : page.previous
                if (place === null) continue
                const going = forth ? { after: place } : { before: place }
                page = await store.search.page(org, asking(query), { order, limit, head, ...going })
                ;[from, to] = forth ? [to, Math.min(whole.length, to + limit)] : [Math.max(0, from - limit), from]
              }
            },
          ),
          { numRuns: 40, seed: 4 },
        )
      })

      test('without entries still lead back to the previous page', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(
          org,
          times(4, (n) => anEntry({ at: NEW_YEAR + n * SECOND })),
        )
        for (const order of ['newest', 'oldest'] as const) {
          const all = await store.search.page(org, ALL, { order, limit: 4 })
          const last = all.items.at(-1)
          if (last === undefined) throw new Error('Expected four entries.')
          const after: Position = { at: last.at, seq: last.seq }
          const beyond = await store.search.page(org, ALL, { order, limit: 4, after })
          expect(beyond).toMatchObject({ items: [], next: null })
          const back = await store.search.page(org, ALL, { order, limit: 2, before: beyond.previous ?? undefined })
          expect(seqsOf(back)).toEqual(seqsOf(all).slice(2))
        }
      })

      test('apply the time range, minimum risk and query together', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(
          org,
          times(40, (n) =>
            anEntry({
              at: NEW_YEAR + n * SECOND,
              sender: `agent.${n % 2}`,
              risk: n,
              band: bandOf(n),
              payload: { type: 'text', text: `number ${n}` },
            }),
          ),
        )
        const filter = {
          ...asking('sender:agent.1 number'),
          from: NEW_YEAR + 10 * SECOND,
          to: NEW_YEAR + 30 * SECOND,
          minRisk: 20,
        }
        const { items } = await store.search.page(org, filter, { order: 'oldest', limit: 100 })
        expect(items.map(({ risk }) => risk)).toEqual([21, 23, 25, 27, 29])
        expect(await store.search.count(org, filter)).toEqual({ count: 5, estimated: false })
        expect((await store.search.histogram(org, filter, 2)).counts).toEqual([NOTHING, { ...NOTHING, low: 5 }])
        const { facets } = await store.search.facets(org, filter, { fields: ['band', 'sender'], limit: 9 })
        expect(facets).toEqual([
          { field: 'band', values: [{ value: 'low', count: 10 }], distinct: 1 },
          {
            field: 'sender',
            values: [
              { value: 'agent.0', count: 5 },
              { value: 'agent.1', count: 5 },
            ],
            distinct: 2,
          },
        ])
      })

      test('skip the entries of earlier numbered pages', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(
          org,
          times(10, (n) => anEntry({ at: NEW_YEAR + n })),
        )
        const page = await store.search.page(org, ALL, { order: 'oldest', limit: 3, skip: 6 })
        expect(seqsOf(page)).toEqual([7, 8, 9])
        expect(page.next).toEqual({ at: NEW_YEAR + 8, seq: 9 })
      })

      test('return whole entries on request, as many as fit in the byte limit, forward and backward', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const text = 'x'.repeat(1_000)
        await store.logs.append(
          org,
          times(5, (n) => anEntry({ at: NEW_YEAR + n, payload: { type: 'text', text }, matches: [aMatch()] })),
        )
        const options = { order: 'oldest', limit: 5, whole: true, bytes: 2_500 } as const
        const page = await store.search.page(org, ALL, options)
        expect(page.items.map(({ seq }) => seq)).toEqual([1, 2])
        expect(page.items[0]).toMatchObject({ payload: { text }, fullMatches: [{ ruleId: 'rule-1', points: 70 }] })
        expect(page.next).toEqual({ at: NEW_YEAR + 1, seq: 2 })
        const before = { at: NEW_YEAR + 3, seq: 4 as Seq }
        const back = await store.search.page(org, ALL, { ...options, before })
        expect(back.items.map(({ seq }) => seq)).toEqual([2, 3])
        expect(back.previous).toEqual({ at: NEW_YEAR + 1, seq: 2 })
      })
    })

    describe('counts', () => {
      test('respect a time range to the microsecond and equal a recount', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const log = times(400, (n) => {
          const risk = (n * 7) % 101
          return anEntry({
            // Spread over five hours, out of order, and also at the boundaries of minutes and hours.
            at: NEW_YEAR + ((n * 37) % 300) * MINUTE + (n % 3) * 29 * SECOND + (n % 5 === 0 ? 0 : n),
            sender: `agent.${n % 7}`,
            receiver: n % 4 === 0 ? null : `tool.${n % 3}`,
            kind: n % 2 === 0 ? 'prompt' : 'tool_call',
            risk,
            band: bandOf(risk),
            matches: n % 10 === 0 ? [aMatch(), aMatch({ ruleId: `rule-${n % 3}` })] : [],
          })
        })
        await store.logs.append(org, log)
        const edge = fc
          .tuple(fc.integer({ min: -5, max: 310 }), fc.constantFrom(0, 0, 1, -1, 29 * SECOND, 61))
          .map(([minute, micros]) => NEW_YEAR + minute * MINUTE + micros)
        const asked = fc.constantFrom(
          '',
          'sender:agent.3',
          '-sender:agent.3',
          'kind:prompt',
          'kind:tool_*',
          'sender:agent.1 OR sender:agent.2',
          'receiver:tool.1',
          '-receiver:tool.1',
          'band:>=high',
          'risk>=60',
          'risk:1..59',
          'risk>=61',
          'rule:rule-1',
          '-rule:rule-1',
          'rule:rule-1 OR rule:rule-2',
          'sender:agent.3 kind:prompt',
          'sender:nobody',
        )
        await fc.assert(
          fc.asyncProperty(edge, edge, asked, async (one, other, text) => {
            const filter = { ...asking(text), from: Math.min(one, other), to: Math.max(one, other) + 1 }
            const holds = compile(parseStrict(text), { now: NOW, regex: linearRegex })
            const found = log.filter(
              (entry) => holds(toQueryable(entry)) && entry.at >= filter.from && entry.at < filter.to,
            )
            expect(await store.search.count(org, filter)).toEqual({ count: found.length, estimated: false })
            const { counts } = await store.search.histogram(org, filter, 3)
            expect(sumOf(counts)).toBe(found.length)
            if (text !== '') return
            const { facets } = await store.search.facets(org, filter, { fields: FACET_FIELDS, limit: 3 })
            expectFacets(
              facets,
              FACET_FIELDS.map((field) => facetOf(field, found.map(toQueryable))),
              3,
            )
          }),
          { numRuns: runsOf('db', { usual: 50, full: 150 }), seed: 5 },
        )
      })

      test('reflect the stored entries, even after retention has removed some', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const range = { from: NEW_YEAR, to: NEW_YEAR + 20 * MINUTE }
        await store.logs.append(
          org,
          times(60, (n) =>
            anEntry({
              at: NEW_YEAR + n * 20 * SECOND,
              receivedAt: NEW_YEAR + n * 20 * SECOND,
              ...(n % 3 === 0 ? { risk: 90, band: 'critical' } : {}),
            }),
          ),
        )
        const histogram = async () => (await store.search.histogram(org, { ...ALL, ...range }, 5)).counts
        const full = { ...NOTHING, none: 8, critical: 4 }
        expect(await histogram()).toEqual(times(5, () => full))
        await store.removal.purge(org, NEW_YEAR + 4 * MINUTE, 100)
        expect(await histogram()).toEqual([NOTHING, ...times(4, () => full)])
        expect(await store.search.count(org, { ...ALL, ...range })).toEqual({ count: 48, estimated: false })
        expect(await store.search.count(org, { ...asking('risk>=80'), ...range })).toMatchObject({ count: 16 })
        const { facets } = await store.search.facets(org, ALL, { fields: ['band'], limit: 1 })
        expect(facets).toEqual([{ field: 'band', values: [{ value: 'none', count: 32 }], distinct: 2 }])
      })

      test('are zero for an org without entries', async () => {
        await using store = await open()
        const org = await store.anOrg()
        for (const filter of [ALL, asking('x'), asking('sender:x'), { ...ALL, from: NEW_YEAR, to: NEW_YEAR + HOUR }])
          expect(await store.search.count(org, filter)).toEqual({ count: 0, estimated: false })
        for (const filter of [ALL, asking('x')])
          expect(await store.search.facets(org, filter, { fields: ['rule'], limit: 5 })).toEqual({
            facets: [{ field: 'rule', values: [], distinct: 0 }],
            estimated: false,
            incomplete: false,
            stoppedAt: null,
            undecided: [],
          })
      })
    })

    describe('facets', () => {
      test('ignore only clauses of the query on their own field', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(
          org,
          times(12, (n) =>
            anEntry({
              sender: `agent.${n % 3}`,
              kind: n % 2 === 0 ? 'prompt' : 'completion',
              risk: n,
              band: bandOf(n),
              matches: n % 4 === 0 ? [aMatch({ ruleId: `rule-${n % 3}` })] : [],
            }),
          ),
        )
        const counted = async (text: string, field: FacetField) =>
          Object.fromEntries(
            (await store.search.facets(org, asking(text), { fields: [field], limit: 9 })).facets.flatMap(({ values }) =>
              values.map(({ value, count }) => [value, count]),
            ),
          ) as Record<string, number>
        expect(await counted('sender:agent.0', 'sender')).toEqual({ 'agent.0': 4, 'agent.1': 4, 'agent.2': 4 })
        expect(await counted('-sender:agent.0 kind:prompt', 'sender')).toEqual({
          'agent.0': 2,
          'agent.1': 2,
          'agent.2': 2,
        })
        expect(await counted('sender:agent.0', 'kind')).toEqual({ prompt: 2, completion: 2 })
        expect(await counted('risk>=1', 'band')).toEqual({ none: 1, low: 11 })
        expect(await counted('rule:rule-1', 'rule')).toEqual({ 'rule-0': 1, 'rule-1': 1, 'rule-2': 1 })
        expect(await counted('rule:rule-1', 'sender')).toEqual({ 'agent.1': 1 })
        expect(await counted('(sender:agent.0 OR kind:prompt)', 'sender')).toEqual({
          'agent.0': 4,
          'agent.1': 2,
          'agent.2': 2,
        })
      })

      test('return the most frequent values and the number of distinct ones', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(
          org,
          times(30, (n) => anEntry({ sender: `agent.${Math.floor(Math.sqrt(n))}`, receiver: null })),
        )
        for (const filter of [ALL, asking('hello')]) {
          const { facets } = await store.search.facets(org, filter, { fields: ['receiver', 'sender'], limit: 2 })
          expect(facets).toEqual([
            { field: 'receiver', values: [], distinct: 0 },
            {
              field: 'sender',
              values: [
                { value: 'agent.4', count: 9 },
                { value: 'agent.3', count: 7 },
              ],
              distinct: 6,
            },
          ])
        }
      })
    })

    test('a disconnected caller gets only its abort reason, and others are answered', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(org, [anEntry({ sender: 'agent.mine' })])
      const left = new AbortController()
      const { search, logs, rollups } = store.reading(left.signal)
      expect((await search.page(org, asking('hello'), { order: 'newest', limit: 9 })).items).toHaveLength(1)
      const reason = new Error('gone')
      left.abort(reason)
      const range = { from: NEW_YEAR, to: NEW_YEAR + HOUR }
      for (const filter of [ALL, asking('hello')]) {
        await expect(search.page(org, filter, { order: 'newest', limit: 9 })).rejects.toBe(reason)
        await expect(search.count(org, filter)).rejects.toBe(reason)
        await expect(search.histogram(org, { ...filter, ...range }, 4)).rejects.toBe(reason)
        await expect(search.facets(org, filter, { fields: ['sender'], limit: 9 })).rejects.toBe(reason)
      }
      await expect(logs.head(org)).rejects.toBe(reason)
      await expect(rollups.busiest(org, range)).rejects.toBe(reason)
      expect(await store.search.count(org, asking('hello'))).toEqual({ count: 1, estimated: false })
    })

    test('pages of rows are cut by the bytes of their attributes and together contain each row once', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const attributes = JSON.stringify({ note: 'n'.repeat(50_000) })
      await store.logs.append(
        org,
        times(20, (n) => anEntry({ at: NEW_YEAR + n, attributes })),
      )
      const options = { order: 'oldest', limit: 20, bytes: 200_000 } as const
      const seqs: number[] = []
      for (let after: Position | undefined; ;) {
        const { items, next } = await store.search.page(org, ALL, { ...options, after })
        expect(items.length).toBeLessThanOrEqual(4)
        seqs.push(...items.map(({ seq }) => seq))
        if (next === null) break
        after = next
      }
      expect(seqs).toEqual(times(20, (n) => n + 1))
    })

    test('no page, count, histogram or facet contains an entry of another org', async () => {
      await using store = await open()
      const [mine, theirs] = [await store.anOrg(), await store.anOrg()]
      await store.logs.append(mine, [anEntry({ sender: 'agent.mine' })])
      await store.logs.append(theirs, [
        anEntry({ sender: 'agent.theirs', risk: 70, band: 'high', matches: [aMatch()] }),
      ])
      const range = { from: NEW_YEAR, to: NEW_YEAR + HOUR }
      for (const filter of [ALL, asking('hello'), { ...ALL, ...range }, { ...asking('hello'), ...range }]) {
        const { items } = await store.search.page(mine, filter, { order: 'newest', limit: 9 })
        expect(items.map(({ sender }) => sender)).toEqual(['agent.mine'])
        expect(await store.search.count(mine, filter)).toEqual({ count: 1, estimated: false })
        const { facets } = await store.search.facets(mine, filter, { fields: ['sender', 'rule'], limit: 9 })
        expect(facets.flatMap(({ values }) => values)).toEqual([{ value: 'agent.mine', count: 1 }])
        expect(sumOf((await store.search.histogram(mine, { ...filter, ...range }, 4)).counts)).toBe(1)
      }
      for (const text of ['sender:agent.theirs', 'rule:rule-1', 'risk>=60', 'theirs'])
        expect(await store.search.count(mine, asking(text))).toEqual({ count: 0, estimated: false })
    })

    test('the last match of a rule is that of its latest stored entry, without suppressed matches', async () => {
      await using store = await open()
      const [org, other] = [await store.anOrg(), await store.anOrg()]
      const held = (n: number, ...matches: Parameters<typeof aMatch>[0][]) =>
        anEntry({ at: NEW_YEAR + n * SECOND, receivedAt: NEW_YEAR + n * SECOND, matches: matches.map(aMatch) })
      await store.logs.append(org, [
        held(1, { ruleId: 'gone' }),
        held(5, { ruleId: 'r1' }, { ruleId: 'r2' }),
        held(3, { ruleId: 'r1' }),
        held(9, { ruleId: 'r2', filteredBy: 'filter-1' }),
      ])
      // Later than the first org's entries, so a lookup in the wrong org would find these.
      await store.logs.append(
        other,
        times(9, (n) => held(20 + n, { ruleId: 'r1' }, { ruleId: 'r2' }, { ruleId: 'never' })),
      )
      await store.removal.purge(org, NEW_YEAR + 2 * SECOND, 10)
      expect(await store.search.lastMatches(org, ['r1', 'r2', 'gone', 'never'])).toEqual(
        new Map([
          ['r1', NEW_YEAR + 3 * SECOND],
          ['r2', NEW_YEAR + 5 * SECOND],
        ]),
      )
      expect(await store.search.lastMatches(org, [])).toEqual(new Map())
    })
  })
}

const LOG = 50
/** Ids are unique per sender, because a duplicate would be a conflict and not be stored. */
const logs = fc.uniqueArray(queryables, {
  minLength: LOG,
  maxLength: LOG,
  selector: ({ id, sender, source_id }) => (source_id === null ? id : JSON.stringify([sender, source_id])),
})

/** As `judge` returns it, with the band derived from the risk. */
function toJudged({ id, source_id, received_at, reported_by, matches, ...entry }: Queryable): JudgedEntry {
  return anEntry({
    ...entry,
    id: id as LogId,
    sourceId: source_id,
    receivedAt: received_at,
    reportedBy: reported_by ?? '',
    band: bandOf(entry.risk),
    matches: matches.map((match) => aMatch(match as Parameters<typeof aMatch>[0])),
  } as Partial<JudgedEntry>)
}

function toQueryable(entry: JudgedEntry): Queryable {
  return { ...entry, source_id: entry.sourceId, received_at: entry.receivedAt, reported_by: entry.reportedBy }
}

const DAY_AROUND = { from: NOW - 24 * HOUR, to: NOW + 24 * HOUR }
const STEP = 2 * HOUR

/** All results for a query. Facet values are sorted by name, because the order of equal counts is unspecified. */
async function searchResults(search: LogSearch, org: OrgId, query: Ast) {
  const filter: Filter = { query, now: NOW }
  const page = await search.page(org, filter, { order: 'newest', limit: LOG })
  const { facets } = await search.facets(org, filter, { fields: FACET_FIELDS, limit: 1_000 })
  return {
    seqs: seqsOf(page),
    total: await search.count(org, filter),
    bands: (await search.histogram(org, { ...filter, ...DAY_AROUND }, 24)).counts,
    facets: facets.map(byName),
  }
}

function recounted(query: Ast, log: readonly Queryable[]): Awaited<ReturnType<typeof searchResults>> {
  const judged = log.map((entry, n) => ({ ...entry, band: bandOf(entry.risk), seq: n + 1 }))
  const holdingFor = (ast: Ast) => judged.filter(compile(ast, { now: NOW, regex: linearRegex }))
  const found = holdingFor(query)
  const bands = times(24, () => ({ ...NOTHING }))
  for (const { at, risk } of found) {
    const step = bands[Math.floor((at - DAY_AROUND.from) / STEP)]
    if (step !== undefined) step[bandOf(risk)]++
  }
  return {
    seqs: found.toSorted((a, b) => b.at - a.at || b.seq - a.seq).map(({ seq }) => seq),
    total: { count: found.length, estimated: false },
    bands,
    facets: FACET_FIELDS.map((field) => byName(facetOf(field, holdingFor(withoutFacet(query, field))))),
  }
}

function byName({ values, ...facet }: FacetCounts): FacetCounts {
  return { ...facet, values: values.toSorted((a, b) => (a.value < b.value ? -1 : 1)) }
}

/** Accepts any order of equally frequent values. */
function expectFacets(given: readonly FacetCounts[], all: readonly FacetCounts[], limit: number): void {
  expect(
    given.map(({ field, values, distinct }) => ({ field, distinct, counts: values.map(({ count }) => count) })),
  ).toEqual(
    all.map(({ field, values, distinct }) => ({
      field,
      distinct,
      counts: values.slice(0, limit).map(({ count }) => count),
    })),
  )
  for (const [index, { values }] of given.entries())
    expect(all[index]?.values).toEqual(expect.arrayContaining([...values]))
}

/** All values of a field among the entries. */
function facetOf(field: FacetField, found: readonly Queryable[]): FacetCounts {
  const counts = new Map<string, number>()
  for (const entry of found) {
    const values = field === 'rule' ? new Set(entry.matches.map(({ ruleId }) => ruleId)) : [entry[field]]
    for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const values = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  return { field, values, distinct: counts.size }
}

function sumOf(counts: readonly (typeof NOTHING)[]): number {
  return counts.flatMap((bands) => Object.values(bands)).reduce((sum, count) => sum + count, 0)
}

/** The seqs of all pages of a list. */
async function allSeqs(
  search: LogSearch,
  org: OrgId,
  filter: Filter,
  options: { readonly order: Order; readonly limit: number },
): Promise<number[]> {
  const seqs: number[] = []
  let after: Position | undefined
  let head: Seq | undefined
  for (;;) {
    const page = await search.page(org, filter, { ...options, after, head })
    seqs.push(...seqsOf(page))
    head ??= page.head
    if (page.next === null) return seqs
    after = page.next
  }
}
