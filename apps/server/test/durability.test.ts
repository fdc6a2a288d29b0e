import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json, type Client } from './client.ts'
import { openProgram, type Program, type Server } from './program.ts'

const IN_FLIGHT = 48
const ACKNOWLEDGED = 5_000

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

/** Posts entries over many connections until the server is gone, and records the acknowledged ones. */
async function load(
  server: Server,
  key: string,
  acknowledged: Map<string, string>,
  onEnough: () => void,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  const url = new URL('/log', server.url)
  let sent = 0
  let gone = false

  function post(payload: string): Promise<void> {
    return new Promise((resolve) => {
      const posted = request(url, {
        method: 'POST',
        agent,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
      })
      posted.on('response', (reply) => {
        let text = ''
        reply.on('data', (chunk) => (text += String(chunk)))
        reply.on('error', () => resolve())
        reply.on('end', () => {
          if (reply.statusCode === 200) {
            acknowledged.set((JSON.parse(text) as { log_id: string }).log_id, payload)
            if (acknowledged.size === ACKNOWLEDGED) onEnough()
          }
          resolve()
        })
      })
      posted.on('error', () => {
        gone = true
        resolve()
      })
      posted.end(JSON.stringify({ sender: 'agent.load', session: `session-${sent % 40}`, payload }))
    })
  }

  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (!gone) {
        sent += 1
        await post(`entry ${sent} ${'filler '.repeat(sent % 30)}`)
      }
    }),
  )
  agent.destroy()
  return sent
}

async function allEntries(reader: Client): Promise<{ id: string; seq: number; payload: string }[]> {
  const all: { id: string; seq: number; payload: string }[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { logs: typeof all; next_cursor: string | null } = await json(
      reader.get(`/logs${cursor === '' ? '' : `?cursor=${cursor}`}`),
    )
    all.push(...page.logs)
    cursor = page.next_cursor
  }
  return all
}

test('every acknowledged entry is stored exactly once after the server is killed under load', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read')

  await using first = await program.serve(folder)
  const acknowledged = new Map<string, string>()
  const sent = await load(first, key, acknowledged, () => void first.end('SIGKILL'))
  expect(acknowledged.size).toBeGreaterThanOrEqual(ACKNOWLEDGED)
  // The server was under load to the end: some of the sent entries got no reply.
  expect(sent).toBeGreaterThan(acknowledged.size)

  await using second = await program.serve(folder)
  const reader = client({ url: second.url, headers: { 'x-api-key': key } })
  const stored = await allEntries(reader)
  const byId = new Map(stored.map((entry) => [entry.id, entry.payload]))
  expect(byId.size).toBe(stored.length)
  expect([...acknowledged].filter(([id, payload]) => byId.get(id) !== payload)).toEqual([])
  expect(stored.length).toBeLessThanOrEqual(sent)
  expect(stored.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(stored.map((_, index) => index + 1))

  // Counters and roll-ups are committed with the entries, and the log continues after its last position.
  const { stats } = await json<{ stats: { total_logs: number; agents: { message_count: number }[] } }>(
    reader.get('/stats'),
  )
  expect(stats.total_logs).toBe(stored.length)
  expect(stats.agents[0]?.message_count).toBe(stored.length)
  using tail = reader.tail()
  await tail.begun()
  expect((await reader.post('/log', { sender: 'agent.after', payload: 'goes on' })).status).toBe(200)
  await tail.entries(1)
  expect(tail.rows[0]?.seq).toBe(stored.length + 1)
})
