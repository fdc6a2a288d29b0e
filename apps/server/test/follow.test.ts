import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { openSqlite, orgStore, type Database, type StoredEntry } from '@sentinelmesh/db'
import { randomOf, type Random } from '../src/demo/random.ts'
import { client } from './client.ts'
import { follower, type Follower } from './follower.ts'
import { openProgram, type Program, type Server } from './program.ts'
import { workers } from './start-mesh.ts'
import { until } from './until.ts'

/**
 * Runs a seeded random schedule against a server and its followers: entries of two orgs, followers that stall,
 * disconnect and reconnect, kills of the server, and removals. In the end, each follower must have every entry that
 * matches its filter exactly once and in order, and a gap for entries that were removed before it read them.
 */
const SEED = process.env['SENTINELMESH_TEST_SEED']
const SEEDS = SEED === undefined ? ['one'] : [SEED]
const LIVES = 5
const STEPS = 14
/** Ten times the duration on an idle machine. */
const TIMEOUT_MS = 240_000

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

type Holds = (entry: StoredEntry) => boolean
/** Each query with an independent implementation of it. */
const FILTERS: readonly (readonly [string, Holds])[] = [
  ['', () => true],
  ['payload:odd', ({ payload }) => payload.text.includes('odd')],
  ['-payload:odd kind:tool_call', ({ payload, kind }) => !payload.text.includes('odd') && kind === 'tool_call'],
  ['sender:agent.1 OR sender:agent.2', ({ sender }) => sender === 'agent.1' || sender === 'agent.2'],
  ['risk:>=60', ({ risk }) => risk >= 60],
  ['payload:never-said', () => false],
]

interface Org {
  readonly name: string
  readonly id: OrgId
  readonly key: string
  readonly followers: {
    readonly follower: Follower
    readonly holds: Holds
    readonly q: string
    readonly legacy: boolean
  }[]
  /** Every entry that was ever stored, by position. Read from the file while no server runs. */
  readonly log: Map<number, StoredEntry>
  readonly removed: Set<number>
  readonly acknowledged: Set<string>
  sent: number
}

describe.each(SEEDS)('a log of two organizations, seed %s', (seed) => {
  test(
    'delivers each entry once and in order to each follower despite kills, stalls, reconnects and removals',
    async () => {
      const random = randomOf(seed)
      const folder = program.folder()
      const orgs = [await makeOrg(folder, 'Acme'), await makeOrg(folder, 'Rival')]

      for (let life = 1; life <= LIVES; life++) {
        const server = await program.serve(folder)
        for (const org of orgs) for (const { follower } of org.followers) follower.connect(server.url)
        const reports: Promise<void>[] = []
        for (let step = 0; step < STEPS; step++) {
          reports.push(...(await act(random, server, random.pick(orgs))))
          // Interleaves the events with the reports, whatever the speed of the machine.
          if (random.chance(0.5)) await reports.at(-1)
        }
        reports.push(report(random, server, random.pick(orgs), 300))
        await pause(random.int(0, 60))
        await server.end('SIGKILL')
        await Promise.all(reports)
        for (const org of orgs) for (const { follower } of org.followers) follower.disconnect()
        await inFile(folder, async (database) => {
          for (const org of orgs) await recordAndRemove(random, database, org)
        })
      }

      await using last = await program.serve(folder)
      for (const org of orgs) {
        const head = Math.max(0, ...org.log.keys())
        for (const { follower } of org.followers) follower.connect(last.url)
        for (const { follower, q, legacy, holds } of org.followers) {
          const newest = Math.max(0, ...expectedOf(org, holds))
          await until(
            () =>
              (legacy ? (follower.position ?? 0) >= newest : follower.position === head) ||
              follower.error !== undefined,
            `a follower of ${JSON.stringify(q)} is at ${head} (it is at ${follower.position})`,
          )
        }
      }
      for (const org of orgs) {
        expect([...org.acknowledged].filter((payload) => !payloadsOf(org).has(payload))).toEqual([])
        expect(org.log.size).toBeGreaterThan(0)
        expect(org.followers.flatMap((one) => problemsOf(org, one.follower, one))).toEqual([])
      }
    },
    TIMEOUT_MS,
  )
})

async function makeOrg(folder: string, name: string): Promise<Org> {
  const slug = name.toLowerCase()
  await program.createUser(folder, `${slug}-owner`, name)
  const key = await program.createKey(folder, '--org', slug, '--scope', 'ingest', 'read')
  const id = await inFile(folder, async (database) => (await orgStore(database.read).bySlug(slug))?.id)
  if (id === undefined) throw new Error(`${name} was not created`)
  const org: Org = {
    name,
    id,
    key,
    followers: [],
    log: new Map(),
    removed: new Set(),
    acknowledged: new Set(),
    sent: 0,
  }
  for (const [q, holds] of FILTERS)
    org.followers.push({ follower: follower({ key, q, after: 0 }), holds, q, legacy: false })
  const everything = { holds: () => true, q: '', legacy: true }
  org.followers.push({ follower: follower({ key, q: '', after: 0, legacy: true }), ...everything })
  return org
}

/** Runs one random event. Returns the reports that continue during the next events. */
async function act(random: Random, server: Server, org: Org): Promise<readonly Promise<void>[]> {
  const { follower: one } = random.pick(org.followers)
  switch (
    random.pick(['report', 'report', 'report', 'burst', 'stall', 'resume', 'reconnect', 'join', 'pause'] as const)
  ) {
    case 'report':
      return [report(random, server, org, random.int(1, 40))]
    case 'burst':
      return [300, 300, 300].map((entries) => report(random, server, org, entries))
    case 'stall':
      one.stall()
      break
    case 'resume':
      one.resume()
      break
    case 'reconnect':
      one.disconnect()
      one.connect(server.url)
      break
    case 'join': {
      const [q, holds] = random.pick(FILTERS)
      const after = random.chance(0.5) ? undefined : random.int(0, Math.max(0, ...org.log.keys()))
      const joined = follower({ key: org.key, q, ...(after === undefined ? {} : { after }) })
      org.followers.push({ follower: joined, holds, q, legacy: false })
      joined.connect(server.url)
      break
    }
    case 'pause':
      await pause(random.int(0, 80))
  }
  return []
}

async function report(random: Random, server: Server, org: Org, entries: number): Promise<void> {
  const sent = Array.from({ length: entries }, () => {
    const number = ++org.sent
    return {
      sender: `agent.${random.int(1, 4)}`,
      kind: random.pick(['tool_call', 'message', 'prompt']),
      payload: `${org.name} ${number % 2 === 0 ? 'even' : 'odd'} ${number} ${'filler '.repeat(random.int(0, 400))}`,
      risk: random.pick([0, 0, 0, 30, 70]),
    }
  })
  const reporter = client({ url: server.url, headers: { 'x-api-key': org.key } })
  // If the server is killed before it replies, the entries may or may not be stored.
  const reply = await reporter.post('/api/v1/logs', sent).catch(() => undefined)
  if (reply?.status === 200) for (const { payload } of sent) org.acknowledged.add(payload)
}

async function inFile<Result>(folder: string, work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openSqlite({ file: join(folder, 'sentinelmesh.db'), workers })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** Records the stored entries, then removes some: the oldest, as retention does, or a random range, as erasure does. */
async function recordAndRemove(random: Random, { logs, removal }: Database, org: Org): Promise<void> {
  for (let cursor = Math.max(0, ...org.log.keys()) as Seq, more = true; more;) {
    const slice = await logs.read(org.id, cursor, { entries: 1_000, bytes: 1e8 })
    for (const item of slice.items) if (item.type === 'entry') org.log.set(item.seq, item.entry)
    cursor = slice.cursor
    more = slice.more
  }
  const left = [...org.log.keys()].filter((seq) => !org.removed.has(seq))
  if (random.chance(0.5)) {
    const most = random.int(1, 150)
    const gone = await removal.purge(org.id, Number.MAX_SAFE_INTEGER, most)
    for (const seq of left.slice(0, gone)) org.removed.add(seq)
  } else if (left.length > 0) {
    const from = random.pick(left)
    const to = Math.min(from + random.int(0, 100), Math.max(...left))
    await removal.erase(org.id, [{ from: from as Seq, to: to as Seq }])
    for (const seq of left) if (seq >= from && seq <= to) org.removed.add(seq)
  }
}

function payloadsOf(org: Org): Set<string> {
  return new Set([...org.log.values()].map(({ payload }) => payload.text))
}

/** The positions of stored entries that match the filter. */
function expectedOf(org: Org, holds: Holds): number[] {
  return [...org.log].flatMap(([seq, entry]) => (!org.removed.has(seq) && holds(entry) ? [seq] : []))
}

/** Describes what this follower got wrong or missed. */
function problemsOf(
  org: Org,
  { seqs, gaps, broken, error, begin = 0 }: Follower,
  { holds, q, legacy }: Omit<Org['followers'][number], 'follower'>,
): string[] {
  const who = `${org.name}, ${legacy ? '/ws/logs' : JSON.stringify(q)} after ${begin}`
  const announced = gaps.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
  const rises = (seq: number, index: number, all: readonly number[]) => seq > (all[index - 1] ?? begin)
  const seen = new Set(seqs)
  const inGap = new Set(announced)
  const own = (seq: number) => seq > begin && holdsAt(org, seq, holds)
  const wrong: Record<string, readonly (number | string)[]> = {
    'was refused': error === undefined ? [] : [error],
    'has batches that are not contiguous': broken,
    'was sent twice or out of order': seqs.filter((...of) => !rises(...of)),
    'was sent an entry that does not match': seqs.filter((seq) => !own(seq)),
    'was not sent': expectedOf(org, holds).filter((seq) => seq > begin && !seen.has(seq)),
  }
  if (!legacy) {
    wrong['got a gap twice'] = announced.filter((...of) => !rises(...of))
    wrong['got a gap where nothing was removed'] = announced.filter((seq) => !org.removed.has(seq))
    wrong['got no gap for removed entries'] = [...org.removed].filter(
      (seq) => own(seq) && !seen.has(seq) && !inGap.has(seq),
    )
  }
  return Object.entries(wrong).flatMap(([what, which]) =>
    which.length === 0 ? [] : [`${who} ${what}: ${which.slice(0, 10).join(', ')}`],
  )
}

function holdsAt(org: Org, seq: number, holds: Holds): boolean {
  const entry = org.log.get(seq)
  return entry !== undefined && holds(entry)
}
