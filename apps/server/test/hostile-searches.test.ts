import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { openProgram, type Program } from './program.ts'
import { until } from './until.ts'

/** On texts of `a` and `b`, each character leads to hundreds of automaton states. */
const HOSTILE = `/api/v1/logs?q=${encodeURIComponent('payload:/[ab]*a[ab]{300}c/')}`

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

function noise(length: number, seed: number): string {
  let state = seed + 1
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state & 0x40_00_00_00 ? 'a' : 'b'
  }).join('')
}

async function serverWithNoise() {
  const folder = program.folder()
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read')
  const server = await program.serve(folder)
  const agent = client({ url: server.url, headers: { 'x-api-key': key } })
  for (let n = 0; n < 20; n++)
    expect((await agent.post('/log', { sender: 'agent.x', payload: noise(200 * 1024, n) })).status).toBe(200)
  const figure = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  }
  const searching = async () =>
    (await figure('sentinelmesh_reads_running_search')) + (await figure('sentinelmesh_reads_running_heavy'))
  return { server, agent, figure, searching }
}

test('SIGTERM stops the server with exit code 0 during long searches', async () => {
  const { server, agent, searching } = await serverWithNoise()
  await using _ = server
  const replies = Promise.allSettled(Array.from({ length: 12 }, () => agent.get(HOSTILE)))
  await until(async () => (await searching()) > 0, 'a search runs')
  expect(await server.end('SIGTERM')).toBe(0)
  const statuses = (await replies).flatMap((reply) => (reply.status === 'fulfilled' ? [reply.value.status] : []))
  expect(new Set(statuses)).toEqual(new Set([503]))
})

test('a client disconnect cancels its waiting and running searches', async () => {
  const { server, agent, figure, searching } = await serverWithNoise()
  await using _ = server
  const left = new AbortController()
  const leaving = Array.from({ length: 12 }, () =>
    fetch(`${server.url}${HOSTILE}`, { headers: agent.headers, signal: left.signal }).catch(() => undefined),
  )
  await until(async () => (await searching()) > 0, 'a search runs')
  left.abort()
  await Promise.all(leaving)
  const waiting = async () =>
    (await figure('sentinelmesh_reads_waiting_search')) + (await figure('sentinelmesh_reads_waiting_heavy'))
  await until(async () => (await searching()) + (await waiting()) === 0, 'no search runs or waits')
  const steps = await figure('sentinelmesh_read_steps_total')
  expect((await json<{ logs: unknown[] }>(agent.get('/logs?per_page=1'))).logs).toHaveLength(1)
  expect(await figure('sentinelmesh_read_steps_total')).toBe(steps)
  expect(await figure('sentinelmesh_reads_cancelled_total')).toBeGreaterThanOrEqual(12)
})

test('an expensive search ends at its time limit and reports that it is incomplete', async () => {
  const { server, agent } = await serverWithNoise()
  await using _ = server
  const reply = await json<{ items: unknown[]; incomplete?: true; undecided?: number[]; next_cursor: string | null }>(
    agent.get(HOSTILE),
  )
  expect(reply.items).toEqual([])
  // A fast machine may finish the search.
  expect(reply.incomplete === true || reply.next_cursor === null).toBe(true)
}, 60_000)
