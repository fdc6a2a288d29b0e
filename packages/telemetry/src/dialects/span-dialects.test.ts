import { describe, expect, test } from 'vitest'
import type { TelemetryRecord } from '../otlp/telemetry.ts'
import { aiSdk } from './ai-sdk/ai-sdk.ts'
import { mcp } from './mcp/mcp.ts'
import { mapAlone } from '../mappers/testing/map-alone.ts'
import { spanOf, linesFrom, TRACE } from '../mappers/testing/records.ts'
import { traceloop } from './traceloop/traceloop.ts'

const json = JSON.stringify

describe('OpenLLMetry', () => {
  const lines = linesFrom(traceloop, 'search.tool')
  const call = (input: unknown) =>
    lines({ 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'search', 'traceloop.entity.input': json(input) })

  test('a tool call has its named arguments, else its positional ones, or all if it has both', () => {
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

  test('a task that runs a LangChain tool gives the call and its result, with the name of the tool', () => {
    const message = { kwargs: { content: 'uid=0', tool_call_id: 'c1', name: 'bash', status: 'success' } }
    const task = {
      'traceloop.span.kind': 'task',
      'gen_ai.operation.name': 'execute_tool',
      'traceloop.entity.name': 'DynamicStructuredTool',
      'traceloop.entity.input': json({ args: ['{"command":"id"}'] }),
    }
    expect(lines({ ...task, 'traceloop.entity.output': json(message) })).toEqual([
      'tool_call agent.app → tool.bash: id',
      'tool_result tool.bash → agent.app: uid=0',
    ])
    expect(lines(task)).toEqual([
      'tool_call agent.app → tool.DynamicStructuredTool: {"name":"DynamicStructuredTool","arguments":{"command":"id"}}',
    ])
  })

  test('tasks and spans below a root give no entry of their own', () => {
    const input = { 'traceloop.entity.input': json({ args: ['x'], kwargs: {} }) }
    expect(lines({ 'traceloop.span.kind': 'task', ...input })).toEqual([])
    expect(lines({ 'traceloop.span.kind': 'agent', ...input }, { parentSpanId: '0102030405060708' })).toEqual([])
    expect(lines({ 'traceloop.span.kind': 'agent', ...input })).toEqual([
      'message user → agent.app: {"args":["x"],"kwargs":{}}',
    ])
    const state = json({
      messages: [
        { role: 'user', content: 'old' },
        { role: 'assistant', content: 'ho' },
        { role: 'user', content: 'hi' },
      ],
    })
    expect(lines({ 'traceloop.span.kind': 'workflow', 'traceloop.entity.input': state })).toEqual([
      'message user → agent.app: hi',
    ])
  })
})

describe('the AI SDK', () => {
  const lines = linesFrom(aiSdk, 'ai.span')

  test('a failed tool has no result, and its call has the error', () => {
    const attributes = {
      'ai.operationId': 'ai.toolCall',
      'ai.toolCall.name': 'runSql',
      'ai.toolCall.id': 'c',
      'ai.toolCall.args': '{}',
    }
    const entries = aiSdk.span(spanOf('ai.toolCall', attributes, { status: { error: true, message: 'denied' } }))
    expect(entries.map((entry) => [entry.kind, entry.attributes['error']])).toEqual([['tool_call', 'denied']])
  })

  test('a failed model call has the error on its prompt', () => {
    const asked = {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.prompt.messages': '[{"role":"user","content":"hi"}]',
    }
    const entries = aiSdk.span(spanOf('call', asked, { status: { error: true, message: 'no such model' } }))
    expect(entries.map(({ kind, attributes }) => [kind, attributes['error']])).toEqual([['prompt', 'no such model']])
  })

  test('media are named by their URL, or by their type if inline', () => {
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
    expect(lines(asked)).toEqual([
      'prompt agent.app → model.unknown: [uri https://evil.example/4.png]\n[blob image/png]\n[file https://evil.example/6.png]\n[blob application/pdf]',
    ])
  })

  test('the session is in the metadata of a call, and from version 7 on in its context', () => {
    const asked = { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.response.text': 'ho' }
    const sessionIn = (name: string) => aiSdk.span(spanOf('call', { ...asked, [name]: 'c-1' }))[0]?.session
    expect(['ai.telemetry.metadata.sessionId', 'ai.settings.context.sessionId'].map(sessionIn)).toEqual(['c-1', 'c-1'])
    expect(sessionIn('ai.settings.context.userId')).toBeNull()
  })

  test('a generated object is the completion, and the outer spans only repeat it', () => {
    const answer = { 'ai.model.id': 'm', 'ai.response.object': '{"a":1}' }
    expect(lines({ 'ai.operationId': 'ai.generateObject.doGenerate', ...answer })).toEqual([
      'completion model.m → agent.app: {"a":1}',
    ])
    expect(lines({ 'ai.operationId': 'ai.generateObject', ...answer })).toEqual([])
    expect(lines({ 'ai.operationId': 'ai.embed.doEmbed', ...answer })).toEqual([])
  })

  test('tool results of every version are unwrapped', () => {
    const result = (part: object) => {
      const message = { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', toolName: 't', ...part }] }
      return lines({ 'ai.operationId': 'ai.streamText.doStream', 'ai.prompt.messages': json([message]) })
    }
    expect(result({ output: { type: 'text', value: 'found' } })).toEqual(['tool_result tool.t → agent.app: found'])
    expect(result({ output: { type: 'json', value: { n: 1 } } })).toEqual(['tool_result tool.t → agent.app: {"n":1}'])
    expect(result({ result: { n: 1 } })).toEqual(['tool_result tool.t → agent.app: {"n":1}'])
    // A result that only looks wrapped is kept whole.
    expect(result({ result: { type: 'text', value: 'ok', note: 'obey' } })).toEqual([
      'tool_result tool.t → agent.app: {"type":"text","value":"ok","note":"obey"}',
    ])
  })
})

describe('MCP', () => {
  const lines = linesFrom(mcp, 'span')
  const call = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'read_file', 'server.address': 'files' }

  test('a request without a connection is identified by its trace', () => {
    const entries = mcp.span(spanOf('tools/call', { ...call, 'jsonrpc.request.id': 7 }))
    expect(entries.map(({ anchor, attributes }) => [anchor, attributes['tool.call_id']])).toEqual([
      [`call ${TRACE} :7`, ':7'],
    ])
  })

  test('a tool with the name of a shell is a tool of its server', () => {
    expect(lines({ ...call, 'gen_ai.tool.name': 'bash', 'gen_ai.tool.call.arguments': '{"command":"id"}' })).toEqual([
      'tool_call agent.app → mcp.files/bash: {"name":"bash","arguments":{"command":"id"}}',
    ])
  })

  test('a failed call has a result with the error', () => {
    expect(lines({ ...call, 'error.type': 'tool_error' })[1]).toBe(
      'tool_result mcp.files/read_file → agent.app: {"error":"tool_error"}',
    )
  })

  test('a prompt is a call, other requests are configuration, and a pipe has no server name', () => {
    expect(lines({ 'mcp.method.name': 'prompts/get', 'gen_ai.prompt.name': 'review' })).toEqual([
      'tool_call agent.app → mcp.unknown: {"name":"prompts/get","arguments":{"name":"review"}}',
    ])
    expect(lines({ 'mcp.method.name': 'initialize' })).toEqual([
      'system agent.app → mcp.unknown: {"method":"initialize"}',
    ])
  })

  test('a request in the trace of a conversation belongs to it, and any other to its connection', async () => {
    const request = spanOf('tools/call', { ...call, 'mcp.session.id': 'connection' })
    const conversation = spanOf('chat', { 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': 'c-1' })
    const sessions = async (...records: TelemetryRecord[]) =>
      (await mapAlone(records, 0)).flatMap(({ entries }) => entries.map(({ session }) => session))
    expect(await sessions(request)).toEqual(['connection'])
    expect(await sessions(request, conversation)).toEqual(['c-1'])
  })
})
