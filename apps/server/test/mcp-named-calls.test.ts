import { afterAll, beforeAll, expect, test } from 'vitest'
import { json } from './client.ts'
import { enforce, REVERSE_SHELL, runStdio, TOOLS } from './mcp-proxy.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  await enforce(mesh)
})
afterAll(() => mesh[Symbol.asyncDispose]())

interface Named {
  readonly callId: string
  readonly session: string
  readonly args: Readonly<Record<string, unknown>>
}

/** A request as Codex 0.171.0 sends it to a server. */
const request = (id: number, { callId, session, args }: Named) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { _meta: { callId, sessionId: session, progressToken: id }, name: 'say', arguments: args },
})

async function reportByHook(event: 'PreToolUse' | 'PostToolUse', { callId, session, args }: Named): Promise<void> {
  const reporter = await mesh.first.key(['verdict'])
  const reply = await reporter.post('/api/v1/hook/codex', {
    session_id: session,
    hook_event_name: event,
    tool_name: 'mcp__demo__say',
    tool_input: args,
    tool_use_id: callId,
    ...(event === 'PostToolUse' ? { tool_response: { content: [{ type: 'text', text: args['text'] }] } } : {}),
  })
  expect(reply.status).toBe(200)
}

async function reportByTelemetry({ callId, session, args }: Named): Promise<void> {
  const attributes = {
    'event.name': 'codex.tool_result',
    'conversation.id': session,
    tool_name: 'say',
    mcp_server: 'demo',
    call_id: callId,
    arguments: JSON.stringify(args, null, 1),
    output: String(args['text']),
    success: 'true',
  }
  const record = {
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }
  const reporter = await mesh.first.key(['ingest'])
  const reply = await reporter.post('/v1/logs', {
    resourceLogs: [{ scopeLogs: [{ scope: { name: 'codex_otel.log_only' }, logRecords: [record] }] }],
  })
  expect(await json(Promise.resolve(reply))).toEqual({})
}

async function entriesOf(callId: string) {
  const { items } = await mesh.first.reader.trpc.logs.page.query({
    q: `attributes.tool.call_id:${callId}`,
    limit: 50,
    order: 'oldest',
  })
  return items.map(({ kind, sender, receiver, session, risk }) => ({ kind, sender, receiver, session, risk }))
}

const PARTS = {
  kind: 'tool_call',
  sender: 'agent.codex',
  receiver: 'mcp.demo/say',
}

test.each(['hook', 'proxy', 'telemetry'])(
  'a call reported by hook, proxy and telemetry is one entry, and its result another, if the %s is first',
  async (first) => {
    const call: Named = {
      callId: `call_0190ABCDEFGH_${first}`,
      session: `s-${first}`,
      args: { text: 'hi', b: [1, 2.5] },
    }
    await using run = await runStdio(mesh, TOOLS)
    const ways = {
      async hook() {
        await reportByHook('PreToolUse', call)
        await reportByHook('PostToolUse', call)
      },
      async proxy() {
        run.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'codex-mcp-client' } } })
        run.send(request(1, call))
        expect(await run.answer(1)).toMatchObject({ result: { content: [{ text: 'hi' }] } })
      },
      telemetry: () => reportByTelemetry(call),
    }
    const others = Object.entries(ways).filter(([name]) => name !== first)
    for (const [, tell] of [[first, ways[first as keyof typeof ways]] as const, ...others]) await tell()
    await run.end()

    const result = { ...PARTS, kind: 'tool_result', sender: PARTS.receiver, receiver: PARTS.sender }
    expect(await entriesOf(call.callId)).toEqual(
      [PARTS, result].map((part) => ({ ...part, session: call.session, risk: 0 })),
    )
  },
)

test('a call that reuses the ID of an earlier reported call is judged on its own', async () => {
  const call: Named = { callId: 'call_0191ABCDEFGH_lied', session: 's-lied', args: { text: 'hi' } }
  const other = { ...call, args: { text: REVERSE_SHELL } }
  await reportByHook('PreToolUse', call)
  await using run = await runStdio(mesh, TOOLS)
  run.send(request(1, other))
  expect(await run.answer(1)).toMatchObject({ result: { isError: true } })
  // Earlier reports do not change the reply.
  await reportByTelemetry(other)
  run.send(request(2, other))
  expect(await run.answer(2)).toMatchObject({ result: { isError: true } })
  run.send(request(3, call))
  run.send(request(4, call))
  expect(await run.answer(4)).toMatchObject({ result: { content: [{ text: 'hi' }] } })
  await run.end()

  const calls = (await entriesOf(call.callId)).filter(({ kind }) => kind === 'tool_call')
  const risky = calls.filter(({ risk }) => risk > 0)
  // There are two requests of each call. The report of the hook adds another entry of the harmless one.
  expect([risky.length, calls.length - risky.length]).toEqual([2, 3])
})
