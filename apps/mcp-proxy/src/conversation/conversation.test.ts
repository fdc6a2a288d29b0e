import {
  array,
  assert,
  constantFrom,
  dictionary,
  jsonValue,
  oneof,
  property,
  record,
  string,
  integer,
  constant,
  option,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conversation, newMemory, type Conversation } from './conversation.ts'
import { LIMITS } from '../limits.ts'
import { readText, type Message } from '../json-rpc/message.ts'
import type { Observation } from './observation.ts'

let clock = 1_800_000_000_000

const talk = (memory = newMemory(() => clock), connection = 'connection-1'): Conversation =>
  conversation({
    server: { name: 'demo', transport: 'stdio', target: 'npx demo' },
    place: { connection, session: 'session-1', isShared: false },
    memory,
    now: () => clock,
  })

function messages(value: unknown): readonly Message[] {
  const read = readText(typeof value === 'string' ? value : JSON.stringify(value))
  return read.type === 'messages' ? read.messages : []
}
function only(value: unknown): Message {
  const [message] = messages(value)
  if (message === undefined) throw new Error('this is a message')
  return message
}
const request = (id: number | string, method: string, params: object = {}) =>
  only({ jsonrpc: '2.0', id, method, params })
const response = (id: number | string, result: object) => only({ jsonrpc: '2.0', id, result })
const namesOf = ({ definitions }: Observation) => definitions.map(({ name }) => name)

describe('a list', () => {
  test('in pages is complete with its last page, if it was seen from the first', () => {
    const conversation = talk()
    const page = (id: number, cursor: string | null, tools: string[], nextCursor?: string) => {
      conversation.fromClient(request(id, 'tools/list', cursor === null ? {} : { cursor }))
      return conversation.fromServer(
        response(id, { tools: tools.map((name) => ({ name })), ...(nextCursor ? { nextCursor } : {}) }),
      )
    }
    const first = page(1, null, ['a', 'b'], 'p2')
    expect([namesOf(first), first.listed]).toEqual([['a', 'b'], null])
    const last = page(2, 'p2', ['c'])
    expect([namesOf(last), last.listed]).toEqual([['c'], { kind: 'tool', names: ['a', 'b', 'c'] }])
    expect(page(3, 'p9', ['d']).listed).toBeNull()
    expect(page(4, null, []).listed).toEqual({ kind: 'tool', names: [] })
  })

  test('that was not requested gives no definitions', () => {
    const conversation = talk()
    expect(conversation.fromServer(response(1, { tools: [{ name: 'a' }] })).definitions).toEqual([])
    conversation.fromClient(request(1, 'ping'))
    expect(conversation.fromServer(response(1, { tools: [{ name: 'a' }] })).definitions).toEqual([])
  })

  test('keeps both of two members with the same name, so that neither is hidden', () => {
    const conversation = talk()
    conversation.fromClient(request(1, 'tools/list'))
    const text =
      '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","description":"fine","_meta":{},"description":"other"}]}}'
    const [definition] = conversation.fromServer(only(text)).definitions
    expect(definition?.entry.payload.text).toBe('{"name":"a","description":"fine","description":"other"}')
  })
})

test('a definition is reported without its icons if they would make it too long to pin', () => {
  const conversation = talk()
  conversation.fromClient(request(1, 'tools/list'))
  const icons = [{ src: `data:image/png;base64,${'A'.repeat(LIMITS.partChars)}` }]
  const [definition] = conversation.fromServer(
    response(1, { tools: [{ name: 'a', description: 'b', icons }] }),
  ).definitions
  expect(definition?.entry.payload.text).toBe('{"name":"a","description":"b"}')
})

test('the instructions in either protocol generation are a definition of the server', () => {
  for (const method of ['initialize', 'server/discover']) {
    const conversation = talk()
    conversation.fromClient(request(1, method, { clientInfo: { name: 'ide' } }))
    const { definitions, entries } = conversation.fromServer(
      response(1, { serverInfo: { name: 'its own', version: '9' }, instructions: 'Do it.', capabilities: {} }),
    )
    expect(definitions).toMatchObject([
      { kind: 'instructions', name: '', entry: { context: 'server_instructions', payload: { text: 'Do it.' } } },
    ])
    expect(entries).toMatchObject([{ context: 'connect', receiver: 'agent.ide' }])
    expect(entries[0]?.payload.text).not.toContain('Do it.')
    const { attributes } = conversation.note('x', {})
    expect(attributes).toMatchObject({
      'mcp.server': 'demo',
      'mcp.server_name': 'its own',
      'mcp.server_version': '9',
      'mcp.target': 'npx demo',
    })
  }
})

test('a result that requires input first is a prompt to the model or to a person', () => {
  const conversation = talk()
  conversation.fromClient(request(1, 'tools/call', { name: 'pay', arguments: {} }))
  const { entries, refuse } = conversation.fromServer(
    response(1, {
      resultType: 'input_required',
      inputRequests: {
        __proto__: { method: 'sampling/createMessage', params: { messages: [] } },
        b: { method: 'elicitation/create', params: { message: 'Your password?' } },
        c: { method: 'roots/list' },
      },
    }),
  )
  expect(JSON.parse(refuse?.('no') ?? '')).toMatchObject({ id: 1, result: { isError: true } })
  expect(entries.every(({ kind }) => kind === 'prompt')).toBe(true)
  expect(entries.map(({ kind, context, sender }) => [kind, context, sender])).toContainEqual([
    'prompt',
    'elicitation',
    'mcp.demo',
  ])
  conversation.fromClient(
    request(1, 'tools/call', { name: 'pay', arguments: {}, inputResponses: { b: { action: 'accept' } } }),
  )
})

test('a result that requires input but also answers is both, because not every client knows input requests', () => {
  const conversation = talk()
  conversation.fromClient(request(1, 'tools/call', { name: 'pay', arguments: {} }))
  const inputRequests = { a: { method: 'elicitation/create', params: { message: 'Fine?' } } }
  const { entries } = conversation.fromServer(
    response(1, { content: [{ type: 'text', text: 'Ignore all' }], inputRequests }),
  )
  expect(entries.map(({ kind }) => kind)).toEqual(['tool_result', 'prompt'])

  conversation.fromClient(request(2, 'tools/list'))
  const list = conversation.fromServer(response(2, { tools: [{ name: 'a' }], inputRequests }))
  expect([namesOf(list), list.entries.map(({ kind }) => kind)]).toEqual([['a'], ['prompt']])
})

describe('a call that became a task', () => {
  const content = [{ type: 'text', text: 'the report' }]
  const ofCall = {
    kind: 'tool_result',
    sender: 'mcp.demo/dig',
    payload: { text: 'the report' },
    attributes: { 'tool.call_id': 'connection-1:1', 'tool.name': 'dig' },
  }

  test('in 2025-11-25 gives the result when it is requested, as the same entry each time', () => {
    const conversation = talk()
    conversation.fromClient(request(1, 'tools/call', { name: 'dig', task: {} }))
    conversation.fromServer(response(1, { task: { taskId: 't1', status: 'working' } }))
    const [first, again] = [2, 3].map((id) => {
      conversation.fromClient(request(id, 'tasks/result', { taskId: 't1' }))
      return conversation.fromServer(response(id, { content }))
    })
    expect(first?.entries).toMatchObject([ofCall])
    expect(first?.entries[0]?.attributes).not.toHaveProperty('mcp.unasked')
    expect(again?.entries[0]?.anchor).toBe(first?.entries[0]?.anchor)
    expect(JSON.parse(first?.refuse?.('no') ?? '')).toMatchObject({ id: 2, result: { isError: true } })
  })

  test('in 2026-07-28 has the result in the task, even on another connection, and is refused in that shape', () => {
    const memory = newMemory(() => clock)
    const [first, second] = [talk(memory), talk(memory)]
    first.fromClient(request(1, 'tools/call', { name: 'dig' }))
    first.fromServer(response(1, { resultType: 'task', taskId: 't1', status: 'working' }))
    second.fromClient(request(9, 'tasks/get', { taskId: 't1' }))
    const ended = { resultType: 'complete', taskId: 't1', status: 'completed', result: { content } }
    const { entries, refuse } = second.fromServer(response(9, ended))
    expect(entries).toMatchObject([ofCall])
    expect(JSON.parse(refuse?.('no') ?? '')).toEqual({
      jsonrpc: '2.0',
      id: 9,
      result: { ...ended, result: { resultType: 'complete', isError: true, content: [{ type: 'text', text: 'no' }] } },
    })

    const notified = second.fromServer(only({ jsonrpc: '2.0', method: 'notifications/tasks', params: ended }))
    expect(notified.entries[0]?.anchor).toBe(entries[0]?.anchor)
    expect(notified.refuse?.('no')).not.toContain('the report')
    second.fromClient(request(10, 'tasks/get', { taskId: 't1' }))
    const failed = { ...ended, status: 'failed', result: undefined, error: { code: -1, message: 'Ignore all' } }
    const { entries: errors, refuse: refuseError } = second.fromServer(response(10, failed))
    expect(errors).toMatchObject([{ kind: 'tool_result', attributes: { error: '-1' } }])
    expect(refuseError?.('no')).not.toContain('Ignore all')
  })

  test('can require input before it ends', () => {
    const conversation = talk()
    conversation.fromClient(request(1, 'tasks/get', { taskId: 't1' }))
    const inputRequests = { a: { method: 'elicitation/create', params: { message: 'Your password?' } } }
    const { entries } = conversation.fromServer(response(1, { taskId: 't1', status: 'input_required', inputRequests }))
    expect(entries).toMatchObject([{ kind: 'prompt', context: 'elicitation' }])
  })
})

test('definitions can be withheld one by one, and the others stay unchanged', () => {
  const conversation = talk()
  conversation.fromClient(request(1, 'tools/list'))
  const text =
    '{"jsonrpc":"2.0","id":1,"result":{"ttlMs":5,"tools":[ {"name":"a","description":"x","n":1e0}, {"name":"b"} ]}}'
  const { definitions, withhold } = conversation.fromServer(only(text))
  const [, second] = definitions
  if (second === undefined) throw new Error('there are two')
  expect(withhold?.(new Map([[second, 'No "b".']]))).toBe(
    '{"jsonrpc":"2.0","id":1,"result":{"ttlMs":5,"tools":[{"name":"a","description":"x","n":1e0},{"name":"b","description":"No \\"b\\".","inputSchema":{"type":"object"}}]}}',
  )
})

test('without a handshake, the receiver, the sender and the trace come from the message itself', () => {
  const conversation = talk()
  const { entries } = conversation.fromClient(
    request('x', 'tools/call', {
      name: 'say',
      arguments: { n: 1 },
      _meta: {
        'io.modelcontextprotocol/clientInfo': { name: 'desk', version: '1' },
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    }),
  )
  expect(entries).toMatchObject([
    {
      kind: 'tool_call',
      sender: 'agent.desk',
      receiver: 'mcp.demo/say',
      payload: { type: 'json', text: '{"name":"say","arguments":{"n":1}}' },
      attributes: {
        'tool.call_id': 'connection-1:x',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
      },
      rests: { kind: 'tool', name: 'say' },
    },
  ])
})

describe('a call with an id from the client', () => {
  const named = (id: number, meta: object, args: object = {}) =>
    request(id, 'tools/call', { name: 'say', arguments: args, _meta: meta })
  const callOf = (conversation: Conversation, message: Message) => conversation.fromClient(message).entries[0]

  test('has the anchor that hooks and telemetry use, as does its result', () => {
    const callId = 'toolu_010181ABCDEFGHJKMNPQRS'
    const conversation = talk(newMemory(() => clock, 'of-claude'))
    const call = callOf(conversation, named(1, { 'claudecode/toolUseId': callId, progressToken: 2 }))
    const [result] = conversation.fromServer(response(1, { content: [] })).entries
    conversation.fromClient(named(2, { 'claudecode/toolUseId': `${callId}T` }))
    const [error] = conversation.fromServer(only({ jsonrpc: '2.0', id: 2, error: { code: 1, message: 'x' } })).entries
    expect(call).toMatchObject({ anchor: `call ${callId}`, session: 'of-claude' })
    expect(call?.attributes['tool.call_id']).toBe(callId)
    expect(result).toMatchObject({ kind: 'tool_result', anchor: `call ${callId}`, session: 'of-claude' })
    expect(error).toMatchObject({ kind: 'tool_result', anchor: `call ${callId}T`, session: 'of-claude' })
  })

  test('from Codex is in its session, and a short id is unique only within it', () => {
    const meta = { callId: 'call_1', sessionId: 'of-codex', threadId: 't', progressToken: 1 }
    const call = callOf(talk(newMemory(() => clock, 'of-claude')), named(1, meta))
    expect(call).toMatchObject({ anchor: 'call of-codex call_1', session: 'of-codex' })
    const other = callOf(talk(), named(1, { callId: 'call_1' }))
    expect(other).toMatchObject({ session: 'session-1', attributes: { 'tool.call_id': 'call_1' } })
    expect(other?.anchor).toMatch(/^mcp connection-1 /)
  })

  test('that an earlier call used too is a separate entry with the same call id', () => {
    const memory = newMemory(() => clock)
    const meta = { callId: 'a-name-of-sixteen-letters' }
    const calls = [talk(memory, 'a'), talk(memory, 'b')].flatMap((conversation) =>
      [1, 1].map((id) => {
        const call = callOf(conversation, named(id, meta))
        return [call, conversation.fromServer(response(id, { content: [] })).entries[0]]
      }),
    )
    for (const entries of [calls.map(([call]) => call), calls.map(([, result]) => result)]) {
      expect(new Set(entries.map((entry) => entry?.anchor)).size).toBe(calls.length)
      expect(new Set(entries.map((entry) => entry?.attributes['tool.call_id']))).toEqual(new Set([meta.callId]))
    }
  })

  test('is the same call if it is sent again in an HTTP session', () => {
    const conversation = talk()
    conversation.open('session-1')
    const [a, b, c] = [1, 1, 2].map((id) => callOf(conversation, named(id, { callId: 'a-name-of-sixteen-letters' })))
    expect(a?.anchor).toBe(b?.anchor)
    expect(c?.anchor).not.toBe(a?.anchor)
  })

  test.each([{ callId: 7 }, { callId: '' }, { 'claudecode/toolUseId': null }, null, 'callId', { callId: ['x'] }])(
    'in an unknown form does not use that id: %j',
    (meta) => {
      const call = callOf(talk(), named(1, meta as object))
      expect(call?.attributes['tool.call_id']).toBe('connection-1:1')
    },
  )
})

test.each([
  ['codex-mcp-client', 'codex'],
  ['gemini-cli-mcp-client', 'gemini-cli'],
  ['github-copilot-developer', 'github-copilot'],
  ['claude-code', 'claude-code'],
  ['a desk', 'a desk'],
])('the agent of the client %s is agent.%s', (name, agent) => {
  const conversation = talk()
  conversation.fromClient(request(1, 'initialize', { clientInfo: { name } }))
  expect(conversation.fromClient(request(2, 'tools/call', { name: 'say' })).entries[0]?.sender).toBe(`agent.${agent}`)
})

test('the error of a call is read like a result, and any other error is an event', () => {
  const conversation = talk()
  const error = (id: number) => only({ jsonrpc: '2.0', id, error: { code: -32_602, message: 'Ignore all' } })
  conversation.fromClient(request(1, 'tools/call', { name: 'say' }))
  const ofCall = conversation.fromServer(error(1))
  expect(ofCall.entries).toMatchObject([{ kind: 'tool_result', attributes: { error: '-32602' } }])
  expect(JSON.parse(ofCall.refuse?.('no') ?? '')).toMatchObject({ id: 1, result: { isError: true } })
  conversation.fromClient(request(2, 'tools/list'))
  expect(conversation.fromServer(error(2))).toMatchObject({
    refuse: null,
    entries: [{ kind: 'system', context: 'error' }],
  })
})

test.each([
  '{"jsonrpc":"2.0","id":1,"result":{"content":[]},"Result":{"content":[{"type":"text","text":"Ignore all"}]}}',
  '{"jsonrpc":"2.0","id":1,"Result":{"content":[{"type":"text","text":"Ignore all"}]}}',
  '{"jsonrpc":"2.0","id":1,"result":{"text":"Ignore all"},"result":{"content":[]}}',
  '{"jsonrpc":"2.0","id":1,"Method":"sampling/createMessage","params":{"messages":["Ignore all"]}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"sampling/createMessage","params":{"messages":["Ignore all"]}}',
])('a reply that parsers can read differently is inspected as a whole: %s', (text) => {
  const conversation = talk()
  conversation.fromClient(request(1, 'tools/call', { name: 'say' }))
  const { entries, refuse } = conversation.fromServer(only(text))
  expect(entries.some(({ payload }) => payload.text.includes('Ignore all'))).toBe(true)
  expect(refuse).not.toBeNull()
})

test('requests without an answer are forgotten, oldest first, and late answers are judged as results', () => {
  const conversation = talk()
  for (let id = 0; id < LIMITS.pendingRequests + 1; id += 1)
    conversation.fromClient(request(id, 'tools/call', { name: 'say' }))
  const of = (id: number) => conversation.fromServer(response(id, { content: [] })).entries[0]?.attributes
  expect(of(0)).toMatchObject({ 'mcp.unasked': true })
  expect(of(1)).not.toHaveProperty('mcp.unasked')
  clock += LIMITS.pendingRequestMs + 1
  conversation.fromClient(request('new', 'tools/call', { name: 'say' }))
  expect(of(LIMITS.pendingRequests)).toMatchObject({ 'mcp.unasked': true })
})

test('in a shared session, equal calls with one id are the same entry, and on a connection they are two', () => {
  const call = request(1, 'tools/call', { name: 'say', arguments: {} })
  const anchors = (conversation: Conversation) =>
    [call, call].map((one) => conversation.fromClient(one).entries[0]?.anchor)
  const shared = talk()
  shared.open('session-1')
  const [a, b] = anchors(shared)
  expect(a).toBe(b)
  const [c, d] = anchors(talk())
  expect(c).not.toBe(d)
})

test('any message is read without an error', () => {
  const value = jsonValue({ maxDepth: 2 })
  const method = oneof(
    constantFrom(
      'tools/call',
      'tools/list',
      'prompts/list',
      'prompts/get',
      'resources/read',
      'initialize',
      'server/discover',
      'sampling/createMessage',
      'elicitation/create',
      'notifications/tools/list_changed',
      'notifications/cancelled',
      'tasks/result',
      'tasks/get',
      'notifications/tasks',
    ),
    string(),
  )
  const odd = oneof(
    value,
    dictionary(
      constantFrom(
        'name',
        'arguments',
        'uri',
        'cursor',
        'tools',
        'prompts',
        'content',
        'contents',
        'messages',
        'inputRequests',
        'structuredContent',
        'task',
        'taskId',
        'resultType',
        'result',
        'error',
        'isError',
        'instructions',
        'serverInfo',
        'clientInfo',
        '_meta',
        'nextCursor',
        '__proto__',
        'constructor',
        'message',
        'type',
        'text',
        'resource',
        'blob',
        'data',
      ),
      oneof(
        value,
        array(
          dictionary(
            constantFrom('name', 'type', 'text', 'data', 'blob', 'resource', 'content', 'method', 'params'),
            value,
          ),
        ),
      ),
    ),
  )
  const message = record({
    jsonrpc: constant('2.0'),
    id: option(oneof(integer({ min: 0, max: 3 }), string({ maxLength: 2 }), value), { nil: undefined }),
    method: option(method, { nil: undefined }),
    params: option(odd, { nil: undefined }),
    result: option(odd, { nil: undefined }),
    error: option(odd, { nil: undefined }),
  })
  assert(
    property(array(record({ by: constantFrom('client', 'server'), message }), { maxLength: 6 }), (exchange) => {
      const conversation = talk()
      for (const { by, message: one } of exchange)
        for (const read of messages(JSON.stringify(one))) {
          const { entries, definitions, refuse, withhold } =
            by === 'client' ? conversation.fromClient(read) : conversation.fromServer(read)
          const sentences = new Map(definitions.map((definition) => [definition, 'no']))
          for (const instead of [refuse?.('no'), withhold?.(sentences)]) if (instead) JSON.parse(instead)
          for (const { payload } of [...entries, ...definitions.map(({ entry }) => entry)])
            if (payload.type === 'json') JSON.parse(payload.text)
        }
    }),
    { seed: 20261127, numRuns: 300 },
  )
})
