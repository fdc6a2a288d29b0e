import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Benchmark, Row } from './benchmark.ts'
import { NEIGHBORS_BENCH, NEIGHBORS_PASSWORD } from './limits.ts'
import { inMs } from './measure.ts'
import { httpClient, json } from './neighbors/http.ts'
import {
  ATTACKS,
  type Attack,
  type MeasureOrder,
  type OperationTimes,
  type Org,
  type Replies,
  type ToAttacker,
} from './neighbors/protocol.ts'
import { createKey, createUser, PROGRAM, startSentinelMesh, temporaryFolder, type Program } from './sentinelmesh.ts'

const AIM_MS = 250

/**
 * Measures the ordinary work of organization B while organization A attacks the server. The attacks run sequentially.
 * B is measured alone before each attack, and again during it.
 */
export const neighbors: Benchmark = async ({ profileFolder, say }) => {
  await using folder = await temporaryFolder()
  const program = { file: PROGRAM, folder: folder.path, profileFolder }
  await using server = await startSentinelMesh(program)
  const { port } = server
  const a = await makeOrg(program, 'a')
  const b = await makeOrg(program, 'b')
  await fill(port, b)
  using neighbor = child('neighbor.ts')
  const measure = async (ms: number) => {
    neighbor.process.send({ port, org: b, ms } satisfies MeasureOrder)
    return ((await once(neighbor.process, 'message')) as [readonly OperationTimes[]])[0]
  }
  say('warming up')
  await measure(NEIGHBORS_BENCH.warmUpMs)

  const rows: Row[] = []
  for (const attack of ATTACKS) {
    // Measure B alone before each attack, so that other load on the machine affects both measurements equally.
    say(`measuring B alone, then while A is ${attack}`)
    const before = await measure(NEIGHBORS_BENCH.aloneMs)
    rows.push(rowOf(attack, await measureDuring(attack, { port, a, measure }), before))
  }
  return rows
}

/**
 * Fills B's log before the measurement. B's own reports do not match its search, so its result stays the same size.
 */
async function fill(port: number, { ingestKey }: Org): Promise<void> {
  const send = httpClient(port, 1)
  const entries = Array.from({ length: NEIGHBORS_BENCH.entriesBefore }, (_, n) => ({
    sender: 'agent.b',
    payload: n % NEIGHBORS_BENCH.oneSearchedIn === 0 ? `a refund of order ${n}` : `a question about order ${n}`,
  }))
  const { status } = await send('/api/v1/logs', {
    method: 'POST',
    headers: json(ingestKey),
    body: JSON.stringify(entries),
  })
  if (status !== 200) throw new Error(`B's log could not be filled: POST /api/v1/logs returned ${status}.`)
}

async function measureDuring(
  attack: Attack,
  {
    port,
    a,
    measure,
  }: { readonly port: number; readonly a: Org; readonly measure: (ms: number) => Promise<readonly OperationTimes[]> },
): Promise<DuringAttack> {
  using attacker = child('attacker.ts')
  attacker.process.send({ port, org: a, attack } satisfies ToAttacker)
  await once(attacker.process, 'message')
  const times = await measure(NEIGHBORS_BENCH.attackMs)
  attacker.process.send('count' satisfies ToAttacker)
  const [replies] = (await once(attacker.process, 'message')) as [Replies]
  return { times, replies }
}

interface DuringAttack {
  readonly times: readonly OperationTimes[]
  /** The server's replies to A. */
  readonly replies: Replies
}

function rowOf(attack: Attack, { times, replies }: DuringAttack, alone: readonly OperationTimes[]): Row {
  const p99 = (of: readonly OperationTimes[]) =>
    of.map(({ operation, p99Ms }) => `${operation} ${inMs(p99Ms)}`).join(', ')
  const worst = Math.max(...times.map(({ p99Ms }) => p99Ms))
  const failed = times.reduce((sum, one) => sum + one.failed, 0)
  const worstAlone = Math.max(...alone.map(({ p99Ms }) => p99Ms))
  return {
    benchmark: 'neighbors',
    work: `A is ${attack} (replies to A: ${replyCounts(replies)}): B's p99`,
    measured: `${p99(times)}; longest ${inMs(Math.max(...times.map(({ mostMs }) => mostMs)))}; ${failed} of ${times.reduce((sum, { count }) => sum + count, 0)} failed`,
    reference: `B alone: ${p99(alone)}`,
    result: `${(worst / worstAlone).toFixed(1)}× the slowest alone`,
    aim: `each p99 ≤ ${AIM_MS} ms, none fails`,
    holds: worst <= AIM_MS && failed === 0,
  }
}

function replyCounts(replies: Replies): string {
  const counts = Object.entries(replies).map(([status, count]) => `${count} × ${status === '0' ? 'closed' : status}`)
  return counts.length === 0 ? 'none' : counts.join(', ')
}

async function makeOrg(program: Program, name: string): Promise<Org> {
  const username = `owner-${name}`
  await createUser(program, username, name, NEIGHBORS_PASSWORD)
  const key = (scope: 'ingest' | 'read' | 'verdict' | 'manage') => createKey(program, scope, name)
  return {
    slug: name,
    username,
    ingestKey: await key('ingest'),
    readKey: await key('read'),
    verdictKey: await key('verdict'),
    manageKey: await key('manage'),
  }
}

function child(file: string): { readonly process: ChildProcess } & Disposable {
  const started = fork(fileURLToPath(new URL(`neighbors/${file}`, import.meta.url)), { execArgv: ['--import', 'tsx'] })
  return { process: started, [Symbol.dispose]: () => void started.kill('SIGKILL') }
}
