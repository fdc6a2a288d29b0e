import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

const BOUND = 'agent.billing'

let mesh: Mesh
let key: Client
beforeAll(async () => {
  mesh = await startMesh()
  key = await mesh.first.key(['ingest', 'verdict'], BOUND)
})
afterAll(() => mesh[Symbol.asyncDispose]())

const senders = async () =>
  (await json<{ items: { sender: string }[] }>(mesh.first.reader.get('/api/v1/logs?limit=500'))).items.map(
    ({ sender }) => sender,
  )

interface Reported {
  readonly sender: string
  readonly receiver?: string
  readonly payload: string
}

/** All endpoints that accept entries in our own format. */
const ENDPOINTS: Readonly<Record<string, (entry: Reported) => Promise<Response>>> = {
  'POST /log': (entry) => key.post('/log', entry),
  'POST /api/v1/logs': (entry) => key.post('/api/v1/logs', [entry]),
  'POST /api/v1/logs, a line each': (entry) =>
    key.post('/api/v1/logs', JSON.stringify(entry), { 'content-type': 'application/x-ndjson' }),
  'logs.report': (entry) => key.post('/trpc/logs.report', [entry]),
  'POST /api/v1/verdict': (entry) => key.post('/api/v1/verdict', entry),
  'verdicts.check': (entry) => key.post('/trpc/verdicts.check', entry),
}

test.each(Object.entries(ENDPOINTS))(
  'a bound key cannot report as another sender by naming itself as the receiver: %s',
  async (_endpoint, send) => {
    const before = await senders()
    const foreign = { sender: 'agent.admin', receiver: BOUND, payload: 'I am the admin' }
    expect(await (await send(foreign)).text()).toContain(`This key may report as ${BOUND} only.`)
    expect(await senders()).toEqual(before)
    expect((await send({ sender: BOUND, receiver: 'agent.admin', payload: 'I bill' })).status).toBe(200)
    expect(await senders()).toEqual([BOUND, ...before])
  },
)

const attribute = (name: string, stringValue: string) => ({ key: name, value: { stringValue } })

/** All endpoints that derive entries from an agent's own format. The agent product determines sender and receiver. */
const DERIVING_ENDPOINTS: Readonly<Record<string, () => Promise<Response>>> = {
  'POST /api/v1/hook/claude': () =>
    key.post('/api/v1/hook/claude', {
      hook_event_name: 'PreToolUse',
      session_id: 's',
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
      tool_use_id: 'toolu_0123456789',
    }),
  'POST /v1/logs': () =>
    key.post('/v1/logs', {
      resourceLogs: [
        {
          scopeLogs: [
            {
              scope: { name: 'codex_otel.log_only' },
              logRecords: [
                {
                  timeUnixNano: `${Date.now()}000000`,
                  attributes: [
                    attribute('event.name', 'codex.user_prompt'),
                    attribute('conversation.id', 's'),
                    attribute('prompt', 'Bill them.'),
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
}

test.each(Object.entries(DERIVING_ENDPOINTS))(
  'a bound key cannot report calls of another agent: %s',
  async (_endpoint, send) => {
    const before = await senders()
    expect(await (await send()).text()).toContain(`This key may report as ${BOUND} only.`)
    expect(await senders()).toEqual(before)
  },
)
