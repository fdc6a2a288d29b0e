import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { startFollowers } from './follower-process.ts'
import type { FollowerOrder, FollowReport } from './followers.ts'
import { FANOUT_BENCH as FANOUT } from './limits.ts'
import { loadGenerator } from './load-generator.ts'
import { inMiB, inMs, inRate } from './measure.ts'
import { createKey, makeKey, PROGRAM, startSentinelMesh, temporaryFolder, type Program } from './sentinelmesh.ts'

const AIMS = { deliveryMs: 250, grownBytes: 32 * 1024 * 1024 }
/** Filters that the pages and programs of an org might use. The empty filter matches every entry. */
const FILTERS = [
  '',
  'risk:>=60',
  'kind:tool_call',
  'band:critical',
  'kind:tool_result -payload:error',
  'has:session kind:prompt',
  'payload:deploy',
  'password OR token',
]
const SOCKETS = FANOUT.principals * FANOUT.sockets

/**
 * Measures 200 followers of one org while entries arrive at a constant rate. At the end, compares the deliveries to
 * each follower with the stored entries.
 */
export const tailFanout: Benchmark = async (options) => {
  const rows = []
  for (const [name, filters] of [
    ['with different filters', FILTERS],
    ['that take everything', ['']],
  ] as const) {
    options.say(`opening ${SOCKETS} sockets ${name}`)
    rows.push(...rowsOf(name, await measure(options, filters)))
  }
  return rows
}

interface Measured {
  readonly seconds: number
  readonly delivered: FollowReport
  readonly lost: number
  readonly repeated: number
  readonly grownBytes: number
  /** CPU time as a fraction of one core, while entries were offered. */
  readonly cpuShare: number
  readonly loopMs: number
  readonly ackP99Ms: number
}

async function measure(
  { profileFolder, full, say }: Parameters<Benchmark>[0],
  filters: readonly string[],
): Promise<Measured> {
  await using folder = await temporaryFolder()
  const program: Program = { file: PROGRAM, folder: folder.path, profileFolder }
  await using server = await startSentinelMesh(program)
  const { port } = server
  const authorization = `Bearer ${await makeKey(program)}`
  const keys: string[] = []
  while (keys.length < FANOUT.principals) keys.push(await createKey(program, 'read'))
  using load = loadGenerator()
  const offer = (ms: number) =>
    load.run({
      port,
      authorization,
      work: { type: 'singles', payloadBytes: null },
      connections: FANOUT.connections,
      until: { ms },
      rate: FANOUT.entriesPerSecond,
    })
  const begin = await server.head(keys[0] ?? '')
  using followers = await startFollowers({ port, followers: followersOf(keys, filters) })
  await offer(FANOUT.warmUpMs)
  await followers.report()
  const before = await server.metrics()

  say('measuring')
  const { seconds, p99Ms } = await offer(full ? FANOUT.fullMs : FANOUT.ms)
  const delivered = await followers.report()
  const after = await server.metrics()
  followers.resume()
  const head = await server.head(keys[0] ?? '')
  const ended = await waitForFollowers(followers.report, head)

  const expected = new Map<string, { entries: number; sum: number }>()
  for (const q of new Set(filters)) expected.set(q, await stored(port, keys[0] ?? '', q, begin))
  const wrong = ended.followed.filter(({ q, entries, sum }) => {
    const right = expected.get(q)
    return entries !== right?.entries || sum !== right.sum
  })
  const lost = wrong.reduce((all, { q, entries }) => all + Math.max(1, (expected.get(q)?.entries ?? 0) - entries), 0)
  const repeated = ended.followed.reduce((all, one) => all + one.repeated + one.broken, 0)
  return {
    seconds,
    delivered,
    lost,
    repeated,
    grownBytes: after.residentBytes - before.residentBytes,
    cpuShare: (after.cpuSeconds - before.cpuSeconds) / seconds,
    loopMs: after.loopDelayMs,
    ackP99Ms: p99Ms,
  }
}

function followersOf(keys: readonly string[], filters: readonly string[]): FollowerOrder[] {
  return Array.from({ length: SOCKETS }, (_, index) => ({
    key: keys[index % keys.length] ?? '',
    q: filters[Math.floor(index / keys.length) % filters.length] ?? '',
    behaviour:
      index === 0 ? ('stalls' as const) : index < FANOUT.sockets ? ('reconnects' as const) : ('reads' as const),
  }))
}

async function waitForFollowers(report: () => Promise<FollowReport>, head: number): Promise<FollowReport> {
  const until = performance.now() + FANOUT.drainAtMostMs
  for (;;) {
    const now = await report()
    if (now.followed.every(({ position }) => position >= head) || performance.now() > until) return now
    await sleep(FANOUT.pollMs)
  }
}

interface Page {
  readonly items: readonly { readonly seq: number }[]
  readonly next_cursor: string | null
}

async function page(port: number, key: string, query: Record<string, string>): Promise<Page> {
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/logs?${new URLSearchParams(query).toString()}`, {
    headers: { 'x-api-key': key },
  })
  if (!reply.ok) throw new Error(`GET /api/v1/logs returned ${reply.status}: ${await reply.text()}`)
  return (await reply.json()) as Page
}

/** Uses the search as a reference, because it shares only the query language with the tail. */
async function stored(port: number, key: string, q: string, after: number): Promise<{ entries: number; sum: number }> {
  let entries = 0
  let sum = 0
  let cursor: string | null = ''
  while (cursor !== null) {
    const found: Page = await page(port, key, {
      limit: '500',
      ...(q === '' ? {} : { q }),
      ...(cursor === '' ? {} : { cursor }),
    })
    for (const { seq } of found.items) {
      if (seq <= after) continue
      entries++
      sum += seq
    }
    cursor = found.next_cursor
  }
  return { entries, sum }
}

function rowsOf(name: string, measured: Measured) {
  const { seconds, delivered, lost, repeated, grownBytes, cpuShare, loopMs, ackP99Ms } = measured
  const benchmark = 'tail-fanout'
  return [
    {
      benchmark,
      work: `${SOCKETS} sockets of ${FANOUT.principals} principals ${name}, ${inRate(FANOUT.entriesPerSecond, 'entries')}, one stalled, one reconnecting each second`,
      measured: `${inRate(delivered.deliveries / seconds, 'deliveries')}; p50 ${inMs(delivered.p50Ms)}, p99 ${inMs(delivered.p99Ms)}, longest ${inMs(delivered.mostMs)}; RSS ${grownBytes < 0 ? '−' : '+'}${inMiB(Math.abs(grownBytes))}`,
      reference: '',
      result: `${lost} lost, ${repeated} duplicated`,
      aim: `0, 0; p99 ≤ ${AIMS.deliveryMs} ms; ≤ +${inMiB(AIMS.grownBytes)}`,
      holds: lost + repeated === 0 && delivered.p99Ms <= AIMS.deliveryMs && grownBytes <= AIMS.grownBytes,
    },
    {
      benchmark,
      work: `the same: time to a reply, p99; event-loop delay, p99; processor`,
      measured: `${inMs(ackP99Ms)}; ${inMs(loopMs)}; ${Math.round(cpuShare * 100)} % of a core`,
      reference: '',
      result: '',
      aim: '',
      holds: null,
    },
  ]
}
