import { describe, expect, test } from 'vitest'
import type { LogId, OrgId, Seq } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import { compile, parseStrict, type Queryable } from '@sentinelmesh/query'
import type { LogRemoval } from '../log-removal.ts'
import type { Appended, JudgedEntry, LogItem, LogStore, StoredEntry } from '../log-store.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from './entries.ts'

/** The store, and what the suite needs with it: removal, orgs to write to, and a restart. */
export interface LogStoreUnderTest extends AsyncDisposable {
  readonly logs: LogStore
  readonly removal: LogRemoval
  anOrg(): Promise<OrgId>
  /** Closes the log and opens it again. Replaces this one. */
  reopened(): Promise<LogStoreUnderTest>
}

function toQueryable(entry: StoredEntry): Queryable {
  return { ...entry, source_id: entry.sourceId, received_at: entry.receivedAt, reported_by: entry.reportedBy }
}

/** The promises of `LogStore`, for every implementation. */
export function logStoreConformance(name: string, open: () => Promise<LogStoreUnderTest>): void {
  describe(`${name} as a LogStore`, () => {
    test('fifty concurrent appends leave no gap in seq', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await Promise.all(times(50, () => store.logs.append(org, [anEntry()])))
      const { items } = await store.logs.read(org, BEFORE_ALL, SLICE)
      expect(items.map(({ type }) => type)).toEqual(times(50, () => 'entry'))
      expect(seqsOf(items)).toEqual(times(50, (n) => n + 1))
    })

    test('each org has its own seq and count', async () => {
      await using store = await open()
      const [one, two] = [await store.anOrg(), await store.anOrg()]
      await Promise.all([store.logs.append(one, [anEntry(), anEntry()]), store.logs.append(two, [anEntry()])])
      expect(await store.logs.head(one)).toEqual({ seq: 2, entries: 2 })
      expect(await store.logs.head(two)).toEqual({ seq: 1, entries: 1 })
      expect(await store.logs.head(await store.anOrg())).toEqual({ seq: 0, entries: 0 })
    })

    test('entries of one call keep their order, and the next read returns them', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const entries = times(20, (n) => anEntry({ at: NEW_YEAR - n * SECOND }))
      const appended = await store.logs.append(org, entries)
      expect(appended).toEqual(entries.map(({ id }, n) => ({ status: 'stored', id, seq: n + 1 })))
      expect(idsOf((await store.logs.read(org, BEFORE_ALL, SLICE)).items)).toEqual(entries.map(({ id }) => id))
    })

    test('concurrent calls in several orgs leave no gap in any of them, and each call is contiguous', async () => {
      await using store = await open()
      const orgs = [await store.anOrg(), await store.anOrg(), await store.anOrg()]
      const calls = times(90, (n) => ({ org: orgs[n % 3] as OrgId, entries: times(1 + (n % 7), () => anEntry()) }))
      const answers = await Promise.all(calls.map(({ org, entries }) => store.logs.append(org, entries)))
      for (const org of orgs) {
        const { items, more } = await store.logs.read(org, BEFORE_ALL, SLICE)
        expect(more).toBe(false)
        expect(seqsOf(items)).toEqual(times(items.length, (n) => n + 1))
        const ids = idsOf(items)
        for (const [index, call] of calls.entries()) {
          if (call.org !== org) continue
          const first = ids.indexOf(call.entries[0]?.id ?? '')
          expect(ids.slice(first, first + call.entries.length)).toEqual(call.entries.map(({ id }) => id))
          expect(answers[index]?.map((answer) => isStored(answer) && answer.seq)).toEqual(
            times(call.entries.length, (n) => first + 1 + n),
          )
        }
      }
    })

    test('an empty append changes nothing', async () => {
      await using store = await open()
      const org = await store.anOrg()
      expect(await store.logs.append(org, [])).toEqual([])
      expect(await store.logs.head(org)).toEqual({ seq: 0, entries: 0 })
    })

    test('appended entries survive a restart, and seq continues where it was', async () => {
      const before = await open()
      const org = await before.anOrg()
      const entries = times(5, (n) => anEntry({ receivedAt: NEW_YEAR + n * SECOND }))
      await before.logs.append(org, entries)
      await before.removal.purge(org, NEW_YEAR + 2 * SECOND, 10)
      await using store = await before.reopened()
      expect(await store.logs.head(org)).toEqual({ seq: 5, entries: 3 })
      const { items } = await store.logs.read(org, BEFORE_ALL, SLICE)
      expect(items[0]).toEqual({ type: 'gap', from: 1, to: 2, reason: 'retention' })
      expect(idsOf(items)).toEqual(entries.slice(2).map(({ id }) => id))
      expect(await store.logs.append(org, [anEntry()])).toMatchObject([{ seq: 6 }])
    })

    test('every field of an entry is returned as it was appended', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const match = aMatch({ places: [{ field: 'payload', pointer: null, start: 0, end: 5 }], contributes: false })
      const entry = anEntry({
        at: NEW_YEAR + 123_456,
        receivedAt: NEW_YEAR + SECOND,
        timestampText: '2026-01-01 00:00:00.123456',
        sender: 'agent.İ',
        receiver: null,
        kind: 'tool_result',
        kindAssumed: true,
        session: 's',
        context: 'email',
        payload: { type: 'text', text: 'first\0after NUL 👍🏽' },
        attributes: '{"big":12345678901234567890}',
        logsource: { product: 'ai_agent', service: 'x' },
        risk: 70,
        band: 'high',
        reportedRisk: 12.5,
        system: 'macos',
        matches: [match, aMatch({ ruleId: 'rule-2', level: 'low', points: 15.5 })],
        masked: [{ format: 'aws_key', count: 2 }],
        sourceId: 'mine',
        reportedBy: 'user:1',
        surface: 'trpc',
        remoteAddress: '::1',
        senderClaimed: true,
        textRepaired: true,
        truncated: true,
        idConflict: true,
        computedId: Buffer.alloc(16, 9),
        verdict: 'allow',
        would: 'block',
        unjudged: true,
      })
      await store.logs.append(org, [entry])
      const { contentHash: _, leafSalt: __, computedId: ___, matches: fullMatches, ...same } = entry
      expect(await store.logs.get(org, entry.id)).toEqual({
        ...same,
        seq: 1,
        fullMatches,
        fullMatchesLeftOut: 0,
        unexplained: 0,
        matchesLeftOut: 0,
        matches: fullMatches.map(({ ruleId, title, level }) => ({ ruleId, title, level })),
        snippet: entry.payload.text,
        snippetMarks: [[0, 5]],
        payloadType: 'text',
        size: Buffer.byteLength(entry.payload.text),
      })
    })

    test.each([null, 'linux', 'macos', 'windows'] as const)(
      'stores the operating system of an entry: %s',
      async (system) => {
        await using store = await open()
        const org = await store.anOrg()
        const entry = anEntry({ system })
        await store.logs.append(org, [entry])
        expect(await store.logs.get(org, entry.id)).toMatchObject({ system, unjudged: false, senderClaimed: false })
      },
    )

    test('an entry of another org is not found by its id', async () => {
      await using store = await open()
      const [one, two] = [await store.anOrg(), await store.anOrg()]
      const entry = anEntry()
      await store.logs.append(one, [entry])
      expect(await store.logs.get(two, entry.id)).toBeUndefined()
      expect(await store.logs.get(one, 'no-such-id' as LogId)).toBeUndefined()
      expect((await store.logs.read(two, BEFORE_ALL, SLICE)).items).toEqual([])
    })

    test('a read continues at its cursor, respects its limit, and says when it reaches the head', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(
        org,
        times(25, () => anEntry()),
      )
      const seen: number[] = []
      let cursor = BEFORE_ALL
      for (let more = true; more;) {
        const slice = await store.logs.read(org, cursor, { entries: 10, bytes: 1_000_000 })
        expect(slice.items.length).toBeLessThanOrEqual(10)
        expect(slice.head).toBe(25)
        seen.push(...seqsOf(slice.items))
        ;({ cursor, more } = slice)
      }
      expect(seen).toEqual(times(25, (n) => n + 1))
      expect(await store.logs.read(org, cursor, SLICE)).toEqual({ items: [], cursor: 25, more: false, head: 25 })
    })

    test('a slice ends before it exceeds the byte limit, but contains at least one entry of any size', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(
        org,
        times(5, () => anEntry({ payload: { type: 'text', text: 'x'.repeat(1_000) } })),
      )
      const two = await store.logs.read(org, BEFORE_ALL, { entries: 10, bytes: 2_500 })
      expect(seqsOf(two.items)).toEqual([1, 2])
      expect(two).toMatchObject({ cursor: 2, more: true })
      const one = await store.logs.read(org, two.cursor, { entries: 10, bytes: 1 })
      expect(one).toMatchObject({ cursor: 3, more: true })
    })

    test('a follower sees each entry of four hundred concurrent appends once, in order', async () => {
      await using store = await open()
      const org = await store.anOrg()
      let done = false
      const writing = Promise.all(times(400, () => store.logs.append(org, [anEntry()]))).then(() => (done = true))
      const seen: number[] = []
      let cursor = BEFORE_ALL
      for (let more = true; more || !done;) {
        const slice = await store.logs.read(org, cursor, SLICE)
        seen.push(...seqsOf(slice.items))
        ;({ cursor, more } = slice)
      }
      await writing
      const rest = await store.logs.read(org, cursor, { entries: 1_000, bytes: 1_000_000 })
      expect([...seen, ...seqsOf(rest.items)]).toEqual(times(400, (n) => n + 1))
    })

    describe('an entry with a computed id', () => {
      const computedId = Buffer.alloc(16, 1)
      const reported = (parts: Partial<JudgedEntry> = {}) => anEntry({ computedId, ...parts })

      test('that is reported again gets the first reply, whatever the reporter, surface and content', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const first = reported({ risk: 70, band: 'high', matches: [aMatch()], surface: 'otlp', attributes: '{"a":1}' })
        await store.logs.append(org, [first])
        const others = [
          reported({ reportedBy: 'key:other', surface: 'hook', sender: 'agent.other', receiver: null }),
          reported({ session: 'other', attributes: null, at: NEW_YEAR - SECOND, risk: 0, verdict: 'allow' }),
          reported({ sourceId: 'call-1', contentHash: Buffer.alloc(32, 1) }),
        ]
        const answer = {
          status: 'duplicate',
          id: first.id,
          seq: 1,
          risk: 70,
          matches: [{ ruleId: 'rule-1', title: 'A rule', level: 'high' }],
          matchesLeftOut: 0,
        }
        expect(await store.logs.append(org, others)).toEqual(others.map(() => answer))
        expect(await store.logs.head(org)).toEqual({ seq: 1, entries: 1 })
      })

      test('reported twice in each of forty concurrent calls is stored once', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const calls = await Promise.all(times(40, () => store.logs.append(org, [reported(), reported()])))
        const answers = calls.flat()
        expect(answers.filter(isStored)).toHaveLength(1)
        expect(new Set(answers.map((answer) => (answer.status === 'conflict' ? '' : answer.id))).size).toBe(1)
        expect(await store.logs.head(org)).toEqual({ seq: 1, entries: 1 })
      })

      test('that is reported again after a restart gets the first reply', async () => {
        const before = await open()
        const org = await before.anOrg()
        const first = reported()
        await before.logs.append(org, [first])
        await using store = await before.reopened()
        expect(await store.logs.append(org, [reported()])).toMatchObject([{ status: 'duplicate', id: first.id }])
      })

      test('is stored again in another org and under another id', async () => {
        await using store = await open()
        const [one, two] = [await store.anOrg(), await store.anOrg()]
        await store.logs.append(one, [reported()])
        expect(await store.logs.append(two, [reported()])).toMatchObject([{ status: 'stored' }])
        expect(await store.logs.append(one, [reported({ computedId: Buffer.alloc(16, 2) })])).toMatchObject([
          { status: 'stored' },
        ])
      })

      test('that was removed is stored again when it is reported again', async () => {
        await using store = await open()
        const org = await store.anOrg()
        await store.logs.append(org, [reported(), reported({ computedId: Buffer.alloc(16, 2) })])
        await store.removal.erase(org, [{ from: 1, to: 1 }])
        await store.removal.purge(org, NEW_YEAR + SECOND, 1)
        expect(await store.logs.append(org, [reported()])).toMatchObject([{ status: 'stored', seq: 3 }])
      })
    })

    describe('an entry with an id from its sender', () => {
      const hash = Buffer.alloc(32, 1)
      const named = (parts: Partial<JudgedEntry> = {}) => anEntry({ sourceId: 'call-1', contentHash: hash, ...parts })

      test('that is sent again gets the first reply and is stored once', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const first = named({ risk: 70, band: 'high', matches: [aMatch()] })
        await store.logs.append(org, [first])
        expect(await store.logs.append(org, [anEntry(), named(), anEntry()])).toMatchObject([
          { status: 'stored', seq: 2 },
          {
            status: 'duplicate',
            id: first.id,
            seq: 1,
            risk: 70,
            matches: [{ ruleId: 'rule-1', title: 'A rule', level: 'high' }],
          },
          { status: 'stored', seq: 3 },
        ])
        expect(await store.logs.head(org)).toEqual({ seq: 3, entries: 3 })
      })

      test('sent twice in one call is stored once', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const [one, two] = [named(), named()]
        expect(await store.logs.append(org, [one, two])).toMatchObject([
          { status: 'stored', id: one.id, seq: 1 },
          { status: 'duplicate', id: one.id, seq: 1 },
        ])
      })

      test('sent by forty concurrent calls is stored once', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const answers = (await Promise.all(times(40, () => store.logs.append(org, [named()])))).flat()
        const stored = answers.filter(isStored)
        expect(stored).toHaveLength(1)
        expect(new Set(answers.map((answer) => (answer.status === 'conflict' ? '' : answer.id))).size).toBe(1)
        expect(await store.logs.head(org)).toEqual({ seq: 1, entries: 1 })
      })

      test('with different content is a conflict, and is stored if it is marked as one', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const other = { contentHash: Buffer.alloc(32, 2) }
        await store.logs.append(org, [named()])
        expect(await store.logs.append(org, [named(other)])).toEqual([{ status: 'conflict' }])
        expect(await store.logs.head(org)).toEqual({ seq: 1, entries: 1 })
        const again = named({ ...other, idConflict: true })
        expect(await store.logs.append(org, [again])).toEqual([{ status: 'stored', id: again.id, seq: 2 }])
        expect(await store.logs.append(org, [named(other)])).toMatchObject([{ status: 'duplicate', id: again.id }])
        expect(await store.logs.append(org, [named()])).toMatchObject([{ status: 'duplicate', seq: 1 }])
      })

      test('that is sent again after a restart gets the first reply', async () => {
        const before = await open()
        const org = await before.anOrg()
        const first = named()
        await before.logs.append(org, [first])
        await using store = await before.reopened()
        expect(await store.logs.append(org, [named()])).toMatchObject([{ status: 'duplicate', id: first.id, seq: 1 }])
        expect(await store.logs.append(org, [named({ contentHash: Buffer.alloc(32, 2) })])).toEqual([
          { status: 'conflict' },
        ])
        expect(await store.logs.head(org)).toEqual({ seq: 1, entries: 1 })
      })

      test('sent concurrently with twenty different contents is stored once, and the others are conflicts', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const contents = times(20, (n) => named({ contentHash: Buffer.alloc(32, n + 1) }))
        const answers = (await Promise.all(contents.map((entry) => store.logs.append(org, [entry])))).flat()
        expect(answers.filter(isStored)).toHaveLength(1)
        expect(answers.filter(({ status }) => status === 'conflict')).toHaveLength(19)
        expect(await store.logs.head(org)).toEqual({ seq: 1, entries: 1 })
      })

      test('can still be stored after its call was rejected', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const refused = store.logs.append(org, [named(), anEntry({ kind: 'no such kind' as 'message' })])
        expect((await Promise.allSettled([refused]))[0]?.status).toBe('rejected')
        expect(await store.logs.append(org, [named()])).toMatchObject([{ status: 'stored', seq: 1 }])
      })

      test('is distinct for another org, reporter or sender', async () => {
        await using store = await open()
        const [org, other] = [await store.anOrg(), await store.anOrg()]
        await store.logs.append(org, [named()])
        const others = [named({ sender: 'agent.x' }), named({ reportedBy: 'key:other' })]
        expect((await store.logs.append(org, others)).every(isStored)).toBe(true)
        expect((await store.logs.append(other, [named()])).every(isStored)).toBe(true)
      })

      test('is distinct from an equal entry if both have no id', async () => {
        await using store = await open()
        const org = await store.anOrg()
        const twins = times(2, () => anEntry({ contentHash: hash }))
        expect((await store.logs.append(org, twins)).every(isStored)).toBe(true)
      })
    })

    test('a call that cannot be stored is rejected as a whole and does not affect others', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const refused = [anEntry(), anEntry({ kind: 'no such kind' as 'message' })]
      const results = await Promise.allSettled([
        store.logs.append(org, [anEntry()]),
        store.logs.append(org, refused),
        store.logs.append(org, [anEntry()]),
        store.logs.append(999_999 as OrgId, [anEntry()]),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
      expect(seqsOf((await store.logs.read(org, BEFORE_ALL, SLICE)).items)).toEqual([1, 2])
      expect(await store.logs.head(org)).toEqual({ seq: 2, entries: 2 })
    })

    test('purged entries are read as one gap, and later entries follow it', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(
        org,
        times(30, (n) => anEntry({ receivedAt: NEW_YEAR + n * SECOND, sourceId: `id-${n}` })),
      )
      const before = NEW_YEAR + 20 * SECOND
      expect(await store.removal.purge(org, before, 15)).toBe(15)
      expect(await store.removal.purge(org, before, 15)).toBe(5)
      expect(await store.removal.purge(org, before, 15)).toBe(0)
      const { items, head } = await store.logs.read(org, BEFORE_ALL, SLICE)
      expect(items[0]).toEqual({ type: 'gap', from: 1, to: 20, reason: 'retention' })
      expect(seqsOf(items.slice(1))).toEqual(times(10, (n) => n + 21))
      expect(head).toBe(30)
      expect(await store.logs.head(org)).toEqual({ seq: 30, entries: 10 })
      // A read from within the gap returns only its remainder. The ids of removed entries are forgotten.
      const within = await store.logs.read(org, 7 as Seq, { entries: 1, bytes: 1 })
      expect(within).toMatchObject({ items: [{ type: 'gap', from: 8, to: 20 }], cursor: 20, more: true })
      expect(await store.logs.append(org, [anEntry({ sourceId: 'id-3' })])).toMatchObject([
        { status: 'stored', seq: 31 },
      ])
    })

    test('a purge of all entries does not change the head', async () => {
      await using store = await open()
      const org = await store.anOrg()
      await store.logs.append(
        org,
        times(3, () => anEntry()),
      )
      expect(await store.removal.purge(org, NEW_YEAR + 1, 10)).toBe(3)
      expect(await store.logs.read(org, BEFORE_ALL, SLICE)).toEqual({
        items: [{ type: 'gap', from: 1, to: 3, reason: 'retention' }],
        cursor: 3,
        more: false,
        head: 3,
      })
      expect(await store.logs.append(org, [anEntry()])).toMatchObject([{ seq: 4 }])
    })

    test('reading one item at a time returns each entry and gap once, in order, from any position', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const isOld = (n: number) => n % 5 < 2
      await store.logs.append(
        org,
        times(25, (n) => anEntry({ receivedAt: isOld(n) ? NEW_YEAR : NEW_YEAR + SECOND })),
      )
      await store.removal.purge(org, NEW_YEAR + 1, 100)
      for (const begin of times(26, (n) => n as Seq)) {
        const accounted: number[] = []
        let cursor = begin
        for (let more = true; more;) {
          const slice = await store.logs.read(org, cursor, { entries: 1, bytes: 1 })
          expect(slice.items.length).toBeLessThanOrEqual(1)
          for (const item of slice.items)
            accounted.push(
              ...(item.type === 'entry' ? [item.seq] : times(item.to - item.from + 1, (n) => -(item.from + n))),
            )
          ;({ cursor, more } = slice)
        }
        expect(cursor).toBe(25)
        expect(accounted).toEqual(times(25 - begin, (n) => (isOld(begin + n) ? -(begin + n + 1) : begin + n + 1)))
      }
    })

    test('a filtered read returns the matching entries and every gap, in the order of an unfiltered read', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const isOld = (n: number) => n % 7 < 2
      await store.logs.append(
        org,
        times(60, (n) => anEntry({ sender: `agent.${n % 3}`, receivedAt: isOld(n) ? NEW_YEAR : NEW_YEAR + SECOND })),
      )
      await store.removal.purge(org, NEW_YEAR + 1, 100)
      const query = { ast: parseStrict('sender:agent.1'), now: NEW_YEAR }
      const holds = compile(query.ast, query)
      const labelOf = (item: LogItem) => (item.type === 'entry' ? item.seq : `${item.from}–${item.to}`)
      for (const most of [
        { entries: 1, bytes: 1 },
        { entries: 5, bytes: 1_000_000 },
        { entries: 100, bytes: 1_000_000 },
      ]) {
        for (const begin of [0, 1, 7, 8, 30, 60] as Seq[]) {
          const all = await store.logs.read(org, begin, { entries: 100, bytes: 1_000_000 })
          const expected = all.items.filter((item) => item.type === 'gap' || holds(toQueryable(item.entry)))
          const found: LogItem[] = []
          let cursor = begin
          for (let more = true; more;) {
            const slice = await store.logs.readMatching(org, cursor, query, most)
            expect(slice.items.length).toBeLessThanOrEqual(most.entries)
            expect(slice.cursor > cursor || !slice.more).toBe(true)
            found.push(...slice.items)
            ;({ cursor, more } = slice)
          }
          expect(cursor).toBe(60)
          expect(found.map(labelOf)).toEqual(expected.map(labelOf))
        }
      }
    })

    test('a filtered read skips no gap, even with many gaps and few matches', async () => {
      await using store = await open()
      const org = await store.anOrg()
      // Removes every other entry, which leaves thirty gaps, far more than a slice has items.
      await store.logs.append(
        org,
        times(60, (n) =>
          anEntry({ sender: n === 59 ? 'agent.last' : 'agent.other', receivedAt: NEW_YEAR + (n % 2) * SECOND }),
        ),
      )
      await store.removal.purge(org, NEW_YEAR + 1, 100)
      const gaps = times(30, (n) => `${2 * n + 1}–${2 * n + 1}`)
      for (const [text, entries] of [
        ['sender:nobody', []],
        ['sender:agent.last', [60]],
      ] as const)
        for (const most of times(32, (n) => ({ entries: n + 1, bytes: 1_000_000 }))) {
          const found: (number | string)[] = []
          let cursor = BEFORE_ALL
          for (let more = true; more;) {
            const slice = await store.logs.readMatching(org, cursor, { ast: parseStrict(text), now: NEW_YEAR }, most)
            expect(slice.items.length).toBeLessThanOrEqual(most.entries)
            found.push(...slice.items.map((item) => (item.type === 'entry' ? item.seq : `${item.from}–${item.to}`)))
            ;({ cursor, more } = slice)
          }
          expect(found).toEqual([...gaps, ...entries])
        }
    })

    test('entries that arrived out of order leave gaps between the remaining ones', async () => {
      await using store = await open()
      const org = await store.anOrg()
      const old = { receivedAt: NEW_YEAR }
      const late = { receivedAt: NEW_YEAR + SECOND }
      await store.logs.append(org, [anEntry(old), anEntry(late), anEntry(old), anEntry(old), anEntry(late)])
      await store.removal.purge(org, NEW_YEAR + 1, 10)
      const { items } = await store.logs.read(org, BEFORE_ALL, SLICE)
      expect(items.map((item) => (item.type === 'gap' ? [item.from, item.to] : item.seq))).toEqual([
        [1, 1],
        2,
        [3, 4],
        5,
      ])
    })
  })
}

const SLICE = { entries: 256, bytes: 1_000_000 }

function seqsOf(items: readonly LogItem[]): number[] {
  return items.flatMap((item) => (item.type === 'entry' ? [item.seq] : []))
}

function idsOf(items: readonly LogItem[]): string[] {
  return items.flatMap((item) => (item.type === 'entry' ? [item.entry.id] : []))
}

function isStored(answer: Appended): answer is Extract<Appended, { status: 'stored' }> {
  return answer.status === 'stored'
}
