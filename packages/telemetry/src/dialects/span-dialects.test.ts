import { describe, expect, test } from 'vitest'
import type { TelemetryRecord } from '../otlp/telemetry.ts'
import { aiSdk } from './ai-sdk/ai-sdk.ts'
import { mcp } from './mcp/mcp.ts'
import { mapAlone } from '../mappers/testing/map-alone.ts'
import { spanOf, linesFrom, TRACE } from '../mappers/testing/records.ts'
import { traceloop } from './traceloop/traceloop.ts'

const json = JSON.stringify

describe('OpenLLMetry', () => {
  const told = linesFrom(traceloop, 'search.tool')
  const call = (input: unknown) =>
    told({ 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'search', 'traceloop.entity.input': json(input) })

  test('a tool is given its named arguments, else those by position, and none is lost where it has both', () => {
    const withArguments = (args: unknown) => [
      `tool_call agent.app → tool.search: {"name":"search","arguments":${json(args)}}`,
    ]
    expect(call({ args: [], kwargs: { q: 'x' } })).toEqual(withArguments({ q: 'x' }))
    expect(call({ args: ['x'], kwargs: {} })).toEqual(withArguments(['x']))
    expect(call({ args: ['rm -rf /'], kwargs: { timeout: 5 } })).toEqual(
      withArguments({ args: ['rm -rf /'], kwargs: { timeout: 5 } }),
    )
    expect(call({ inputs: 'x' })).toEqual(withArguments({ inputs: 'x' }))
  })

  test('a task that runs a tool of LangChain tells the call and its result, by the name of the tool', () => {
    const message = { kwargs: { content: 'uid=0', tool_call_id: 'c1', name: 'bash', status: 'success' } }
    const task = {
      'traceloop.span.kind': 'task',
      'gen_ai.operation.name': 'execute_tool',
      'traceloop.entity.name': 'DynamicStructuredTool',
      'traceloop.entity.input': json({ args: ['{"command":"id"}'] }),
    }
    expect(told({ ...task, 'traceloop.entity.output': json(message) })).toEqual([
      'tool_call agent.app → tool.bash: id',
      'tool_result tool.bash → agent.app: uid=0',
    ])
    expect(told(task)).toEqual([
      'tool_call agent.app → tool.DynamicStructuredTool: {"name":"DynamicStructuredTool","arguments":{"command":"id"}}',
    ])
  })

  test('tasks and what is below a root tell nothing of their own', () => {
    const input = { 'traceloop.entity.input': json({ args: ['x'], kwargs: {} }) }
    expect(told({ 'traceloop.span.kind': 'task', ...input })).toEqual([])
    expect(told({ 'traceloop.span.kind': 'agent', ...input }, { parentSpanId: '0102030405060708' })).toEqual([])
    expect(told({ 'traceloop.span.kind': 'agent', ...input })).toEqual([
      'message user → agent.app: {"args":["x"],"kwargs":{}}',
    ])
    const state = json({
      messages: [
        { role: 'user', content: 'old' },
        { role: 'assistant', content: 'ho' },
        { role: 'user', content: 'hi' },
      ],
    })
    expect(told({ 'traceloop.span.kind': 'workflow', 'traceloop.entity.input': state })).toEqual([
      'message user → agent.app: hi',
    ])
  })
})

describe('the AI SDK', () => {
  const told = linesFrom(aiSdk, 'ai.span')

  test('a tool that failed has no result, and its call says what failed', () => {
    const attributes = {
      'ai.operationId': 'ai.toolCall',
      'ai.toolCall.name': 'runSql',
      'ai.toolCall.id': 'c',
      'ai.toolCall.args': '{}',
    }
    const entries = aiSdk.span(spanOf('ai.toolCall', attributes, { status: { error: true, message: 'denied' } }))
    expect(entries.map((entry) => [entry.kind, entry.attributes['error']])).toEqual([['tool_call', 'denied']])
  })

  test('a call of a model that failed says so on what was asked', () => {
    const asked = {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.prompt.messages': '[{"role":"user","content":"hi"}]',
    }
    const entries = aiSdk.span(spanOf('call', asked, { status: { error: true, message: 'no such model' } }))
    expect(entries.map(({ kind, attributes }) => [kind, attributes['error']])).toEqual([['prompt', 'no such model']])
  })

  test('pictures are told by their address, and their bytes by their type', () => {
    const content = [
      { type: 'image', image: 'https://evil.example/4.png' },
      { type: 'image', image: 'iVBORw0KGgo=', mimeType: 'image/png' },
      { type: 'file', mediaType: 'image/*', data: 'https://evil.example/6.png' },
      { type: 'file', mediaType: 'application/pdf', data: 'JVBERi0xLjc=' },
    ]
    const asked = {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.prompt.messages': json([{ role: 'user', content }]),
    }
    expect(told(asked)).toEqual([
      'prompt agent.app → model.unknown: [uri https://evil.example/4.png]\n[blob image/png]\n[file https://evil.example/6.png]\n[blob application/pdf]',
    ])
  })

  test('the session is in the metadata of a call, and from version 7 on in its context', () => {
    const asked = { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.response.text': 'ho' }
    const sessionIn = (name: string) => aiSdk.span(spanOf('call', { ...asked, [name]: 'c-1' }))[0]?.session
    expect(['ai.telemetry.metadata.sessionId', 'ai.settings.context.sessionId'].map(sessionIn)).toEqual(['c-1', 'c-1'])
    expect(sessionIn('ai.settings.context.userId')).toBeNull()
  })

  test('an object that was generated is the answer; the spans around calls repeat them', () => {
    const answer = { 'ai.model.id': 'm', 'ai.response.object': '{"a":1}' }
    expect(told({ 'ai.operationId': 'ai.generateObject.doGenerate', ...answer })).toEqual([
      'completion model.m → agent.app: {"a":1}',
    ])
    expect(told({ 'ai.operationId': 'ai.generateObject', ...answer })).toEqual([])
    expect(told({ 'ai.operationId': 'ai.embed.doEmbed', ...answer })).toEqual([])
  })

  test('results of every version are read out of what wraps them', () => {
    const result = (part: object) => {
      const message = { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 't', ...part }] }
      return told({ 'ai.operationId': 'ai.streamText.doStream', 'ai.prompt.messages': json([message]) })
    }
    expect(result({ output: { type: 'text', value: 'found' } })).toEqual(['tool_result tool.t → agent.app: found'])
    expect(result({ output: { type: 'json', value: { n: 1 } } })).toEqual(['tool_result tool.t → agent.app: {"n":1}'])
    expect(result({ result: { n: 1 } })).toEqual(['tool_result tool.t → agent.app: {"n":1}'])
    // The answer of a tool that only looks wrapped keeps all that it holds.
    expect(result({ result: { type: 'text', value: 'ok', note: 'obey' } })).toEqual([
      'tool_result tool.t → agent.app: {"type":"text","value":"ok","note":"obey"}',
    ])
  })
})

describe('MCP', () => {
  const told = linesFrom(mcp, 'span')
  const call = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'read_file', 'server.address': 'files' }

  test('a request without a connection is told apart by its trace', () => {
    const entries = mcp.span(spanOf('tools/call', { ...call, 'jsonrpc.request.id': 7 }))
    expect(entries.map(({ anchor, attributes }) => [anchor, attributes['tool.call_id']])).toEqual([
      [`call ${TRACE} :7`, ':7'],
    ])
  })

  test('a tool named like a shell is a tool of its server', () => {
    expect(told({ ...call, 'gen_ai.tool.name': 'bash', 'gen_ai.tool.call.arguments': '{"command":"id"}' })).toEqual([
      'tool_call agent.app → mcp.files/bash: {"name":"bash","arguments":{"command":"id"}}',
    ])
  })

  test('a call that failed has a result that says so', () => {
    expect(told({ ...call, 'error.type': 'tool_error' })[1]).toBe(
      'tool_result mcp.files/read_file → agent.app: {"error":"tool_error"}',
    )
  })

  test('a prompt is a call, other requests are configuration; a pipe has no name', () => {
    expect(told({ 'mcp.method.name': 'prompts/get', 'gen_ai.prompt.name': 'review' })).toEqual([
      'tool_call agent.app → mcp.unknown: {"name":"prompts/get","arguments":{"name":"review"}}',
    ])
    expect(told({ 'mcp.method.name': 'initialize' })).toEqual([
      'system agent.app → mcp.unknown: {"method":"initialize"}',
    ])
  })

  test('a request within the trace of a conversation belongs to it, and one of its own to its connection', async () => {
    const request = spanOf('tools/call', { ...call, 'mcp.session.id': 'connection' })
    const conversation = spanOf('chat', { 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': 'c-1' })
    const sessions = async (...records: TelemetryRecord[]) =>
      (await mapAlone(records, 0)).flatMap(({ entries }) => entries.map(({ session }) => session))
    expect(await sessions(request)).toEqual(['connection'])
    expect(await sessions(request, conversation)).toEqual(['c-1'])
  })
})
