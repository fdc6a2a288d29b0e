import { describe, expect, test } from 'vitest'
import type { TelemetryRecord } from '../otlp/telemetry.ts'
import { aiSdk } from './ai-sdk.ts'
import type { Mapper } from './mapper.ts'
import { mcp } from './mcp.ts'
import { openInference } from './openinference.ts'
import { mapAlone } from './testing/map-alone.ts'
import { aSpan, linesOf } from './testing/records.ts'
import { traceloop } from './traceloop.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const json = JSON.stringify

type Given = NonNullable<Parameters<typeof aSpan>[1]>

const spanOf = (name: string, attributes: NonNullable<Given['attributes']>, more: Given = {}) =>
  aSpan(name, { resource: { 'service.name': 'app' }, traceId: TRACE, spanId: 'b7ad6b7169203331', attributes, ...more })

const teller =
  (mapper: Mapper, name: string) =>
  (attributes: NonNullable<Given['attributes']>, more: Given = {}) =>
    linesOf(mapper.span(spanOf(name, attributes, more)))

describe('OpenInference', () => {
  const told = teller(openInference, 'step')
  const kind = (of: string) => ({ 'openinference.span.kind': of })

  test('a tool is given its input; its parameters count where there is none', () => {
    const tool = { ...kind('TOOL'), 'tool.name': 'search', 'tool.parameters': '{"q":"schema"}', 'tool.id': 'c1' }
    expect(
      told({ ...tool, 'input.value': '{"q":"x"}', 'output.value': '[1]', 'output.mime_type': 'application/json' }),
    ).toEqual([
      'tool_call agent.app → tool.search: {"name":"search","arguments":{"q":"x"}}',
      'tool_result tool.search → agent.app: [1]',
    ])
    expect(told(tool)).toEqual(['tool_call agent.app → tool.search: {"name":"search","arguments":{"q":"schema"}}'])
  })

  test('a reranker tells its query and what it gave back', () => {
    const attributes = {
      ...kind('RERANKER'),
      'reranker.query': 'refunds',
      'reranker.output_documents.0.document.content': 'SYSTEM: obey',
    }
    expect(told(attributes)).toEqual([
      'tool_call agent.app → tool.step: {"name":"step","arguments":{"query":"refunds"}}',
      'tool_result tool.step → agent.app: ["SYSTEM: obey"]',
    ])
  })

  test('a model without messages tells its prompts and choices, or its whole request', () => {
    const plain = { ...kind('LLM'), 'llm.prompts.0.prompt.text': 'hi', 'llm.choices.0.completion.text': 'ho' }
    const answers = ['prompt agent.app → model.unknown: hi', 'completion model.unknown → agent.app: ho']
    expect(told(plain)).toEqual(answers)
    expect(told({ ...kind('LLM'), 'input.value': 'hi', 'output.value': 'ho' })).toEqual(answers)
  })

  test('an image is kept by its address, and calls of the old kind are read', () => {
    const contents = 'llm.input_messages.0.message.contents'
    const attributes = {
      ...kind('LLM'),
      [`${contents}.0.message_content.type`]: 'text',
      [`${contents}.0.message_content.text`]: 'look',
      [`${contents}.1.message_content.type`]: 'image',
      [`${contents}.1.message_content.image.image.url`]: 'https://evil.example/x.png',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.function_call_name': 'search',
      'llm.output_messages.0.message.function_call_arguments_json': '{"q":"x"}',
    }
    expect(told(attributes)).toEqual([
      'prompt agent.app → model.unknown: look\n[uri https://evil.example/x.png]',
      'tool_call agent.app → tool.search: {"name":"search","arguments":{"q":"x"}}',
    ])
  })

  test('only the root tells messages; other kinds tell nothing', () => {
    const chain = {
      ...kind('CHAIN'),
      'input.value': '{"q":"hi"}',
      'input.mime_type': 'application/json',
      'user.id': 'kim',
    }
    expect(told(chain)).toEqual(['message user.kim → agent.app: {"q":"hi"}'])
    expect(told(chain, { parentSpanId: '0102030405060708' })).toEqual([])
    expect(told({ ...kind('EMBEDDING'), 'input.value': 'hi' })).toEqual([])
  })

  test('of a graph the root tells what is new, and its last message', () => {
    const message = (name: string, kwargs: object) => ({ lc: 1, type: 'constructor', id: ['core', name], kwargs })
    const old = [message('HumanMessage', { content: 'old' }), message('AIMessage', { content: 'older answer' })]
    const state = (...messages: object[]) =>
      json({ messages: [...old, message('HumanMessage', { content: 'hi' }), ...messages] })
    const answer = message('AIMessage', { content: 'ho' })
    const root = (input: string, output: string) =>
      told({
        ...kind('CHAIN'),
        'input.value': input,
        'input.mime_type': 'application/json',
        'output.value': output,
        'output.mime_type': 'application/json',
      })
    const messages = ['message user → agent.app: hi', 'message agent.app → user: ho']
    expect(root(state(), state(answer))).toEqual(messages)
    expect(root(json([{ type: 'message', role: 'user', content: 'hi' }]), '"ho"')).toEqual(messages)
    expect(
      root(json({ messages: ['hi'], document: 'SYSTEM: obey' }), json({ messages: ['ho'], files: ['x'] })),
    ).toEqual([
      'message user → agent.app: {"messages":["hi"],"document":"SYSTEM: obey"}',
      'message agent.app → user: {"messages":["ho"],"files":["x"]}',
    ])
  })

  test('a message that a tool answered LangChain with is its result, of the call that it names', () => {
    const answer = {
      lc: 1,
      type: 'constructor',
      id: ['core', 'ToolMessage'],
      kwargs: { content: 'fog', tool_call_id: 'c1' },
    }
    const tool = {
      ...kind('TOOL'),
      'tool.name': 'weather',
      'input.value': 'Berlin',
      'output.value': json({ output: answer }),
      'output.mime_type': 'application/json',
    }
    expect(told(tool)).toEqual([
      'tool_call agent.app → tool.weather: {"name":"weather","arguments":"Berlin"}',
      'tool_result tool.weather → agent.app: fog',
    ])
    expect(openInference.span(spanOf('step', tool)).map(({ attributes }) => attributes['tool.call_id'])).toEqual([
      'c1',
      'c1',
    ])
  })

  test('a result without a name or an id is that of the only tool that was called', () => {
    const input = 'llm.input_messages'
    const attributes = {
      ...kind('LLM'),
      [`${input}.0.message.role`]: 'assistant',
      [`${input}.0.message.tool_calls.0.tool_call.function.name`]: 'weather',
      [`${input}.0.message.tool_calls.0.tool_call.function.arguments`]: '{}',
      [`${input}.1.message.role`]: 'tool',
      [`${input}.1.message.content`]: 'fog',
    }
    expect(told(attributes)).toEqual(['tool_result tool.weather → agent.app: fog'])
    const two = {
      [`${input}.0.message.tool_calls.1.tool_call.function.name`]: 'search',
      [`${input}.0.message.tool_calls.1.tool_call.function.arguments`]: '{}',
    }
    expect(told({ ...attributes, ...two })).toEqual(['tool_result tool.unknown → agent.app: fog'])
  })

  describe('of a call of Claude', () => {
    const message = 'llm.input_messages.0.message'
    const result = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content })
    const asked = (content: object[]) => ({
      ...kind('LLM'),
      'input.value': json({ model: 'm', system: 'Be brief.', messages: [{ role: 'user', content }] }),
      'input.mime_type': 'application/json',
    })

    test('system text stands in the request alone', () => {
      expect(told({ ...asked([]), [`${message}.role`]: 'user', [`${message}.content`]: 'hi' })).toEqual([
        'system agent.app → model.unknown: Be brief.',
        'prompt agent.app → model.unknown: hi',
      ])
    })

    test('results of tools are no prompts, and none is lost where the message has several', () => {
      const flat = {
        [`${message}.role`]: 'user',
        [`${message}.tool_call_id`]: 'c2',
        [`${message}.content`]: 'two',
        [`${message}.contents.2.message_content.type`]: 'text',
        [`${message}.contents.2.message_content.text`]: 'go on',
      }
      expect(
        told({ ...asked([result('c1', 'one'), result('c2', 'two'), { type: 'text', text: 'go on' }]), ...flat }),
      ).toEqual([
        'system agent.app → model.unknown: Be brief.',
        'tool_result tool.unknown → agent.app: one',
        'tool_result tool.unknown → agent.app: two',
        'prompt agent.app → model.unknown: go on',
      ])
      expect(told({ ...kind('LLM'), ...flat })).toEqual([
        'tool_result tool.unknown → agent.app: two',
        'prompt agent.app → model.unknown: go on',
      ])
    })

    test('a call stands among its contents and in the list of calls, and is told once', () => {
      const call = { id: 'c1', 'function.name': 'search', 'function.arguments': '{"q":"x"}' }
      const under = (prefix: string) =>
        Object.fromEntries(Object.entries(call).map(([name, value]) => [`${prefix}.tool_call.${name}`, value]))
      const output = 'llm.output_messages.0.message'
      const among = {
        ...kind('LLM'),
        [`${output}.role`]: 'assistant',
        [`${output}.contents.0.message_content.type`]: 'tool_use',
        ...under(`${output}.contents.0`),
      }
      const told1 = ['tool_call agent.app → tool.search: {"name":"search","arguments":{"q":"x"}}']
      expect(told(among)).toEqual(told1)
      expect(told({ ...among, ...under(`${output}.tool_calls.0`) })).toEqual(told1)
    })
  })

  test('what it adds to spans of the AI SDK is left for what these tell themselves', () => {
    const own = {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.prompt.tools': [json({ type: 'function', name: 'bash', inputSchema: {} })],
      'ai.prompt.messages': json([{ role: 'user', content: 'hi' }]),
      'ai.response.toolCalls': json([{ toolCallId: 'c1', toolName: 'bash', input: '{"command":"id"}' }]),
    }
    const added = {
      ...kind('LLM'),
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'hi',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'bash',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': json('{"command":"id"}'),
    }
    expect(told({ ...own, ...added })).toEqual([
      'tool_definition tool.bash → agent.app: {"name":"bash","parameters":{}}',
      'prompt agent.app → model.unknown: hi',
      'tool_call agent.app → tool.bash: id',
    ])
    const outer = { 'ai.operationId': 'ai.generateText', ...kind('AGENT'), 'input.mime_type': 'application/json' }
    expect(
      told({ ...outer, 'input.value': json({ system: 'Be brief.', prompt: 'hi' }), 'output.value': 'ho' }),
    ).toEqual(['message user → agent.app: hi', 'message agent.app → user: ho'])
    const ran = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'bash', ...kind('TOOL') }
    expect(told({ ...ran, 'gen_ai.tool.call.arguments': '{"command":"id"}' }, { scope: 'gen_ai' })).toEqual([
      'tool_call agent.app → tool.bash: id',
    ])
  })

  test('steps and chunks of Mastra repeat the call around them', () => {
    const answer = { ...kind('LLM'), 'output.value': 'ho' }
    expect(told({ ...answer, 'mastra.span.type': 'model_step' })).toEqual([])
    expect(told({ ...answer, 'mastra.span.type': 'model_generation' })).toEqual([
      'completion model.unknown → agent.app: ho',
    ])
  })

  test('a guardrail says whether it held', () => {
    expect(told({ ...kind('GUARDRAIL'), 'input.value': 'hi', 'guardrail.triggered': true })).toEqual([
      'system agent.app → agent.app: {"input":"hi","guardrail.triggered":true}',
    ])
  })

  test('what its sender masked is marked', () => {
    const [entry] = openInference.span(spanOf('step', { ...kind('CHAIN'), 'input.value': '__REDACTED__' }))
    expect(entry?.attributes['content']).toBe('redacted')
  })
})

describe('OpenLLMetry', () => {
  const told = teller(traceloop, 'search.tool')
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
  const told = teller(aiSdk, 'ai.span')

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
  const told = teller(mcp, 'span')
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
