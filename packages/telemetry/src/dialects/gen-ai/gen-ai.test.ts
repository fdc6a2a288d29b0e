import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../otlp/telemetry.ts'
import { genAi } from './gen-ai.ts'
import { aLog, anEvent, linesOf, spanOf, TRACE } from '../../mappers/testing/records.ts'

const json = JSON.stringify

const chat = (attributes: Readonly<Record<string, AttributeValue>>) =>
  spanOf('chat m', { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', ...attributes })

const lines = (attributes: Readonly<Record<string, AttributeValue>>) => linesOf(genAi.span(chat(attributes)))

describe('a model call', () => {
  test('gives only messages after its last answer, but system prompts and definitions every time', () => {
    const messages = [
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', content: 'one' }] },
      { role: 'assistant', parts: [{ type: 'text', content: 'two' }] },
      { role: 'user', parts: [{ type: 'text', content: 'three' }] },
    ]
    const attributes = {
      'gen_ai.input.messages': json(messages),
      'gen_ai.tool.definitions': json([{ type: 'function', name: 'mcp__files__read', inputSchema: {} }]),
      'gen_ai.conversation.id': 'c-1',
    }
    expect(lines(attributes)).toEqual([
      'system agent.app → model.m: Be brief.',
      'tool_definition mcp.files/read → agent.app: {"name":"mcp__files__read","parameters":{}}',
      'prompt agent.app → model.m: three',
    ])
    expect(genAi.span(chat(attributes)).map(({ anchor }) => anchor)).toEqual([
      'session c-1',
      'session c-1',
      `span ${TRACE} b7ad6b7169203331`,
    ])
  })

  test('with a prefilled answer still gives the messages before it', () => {
    const messages = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three' },
      { role: 'assistant', content: '{"answer":' },
    ]
    const input = { 'gen_ai.input.messages': json(messages) }
    const answer = (content: string) => ({ 'gen_ai.output.messages': json([{ role: 'assistant', content }]) })
    expect(lines({ ...input, ...answer('4}') })).toEqual([
      'prompt agent.app → model.m: three',
      'prompt agent.app → model.m: {"answer":',
      'completion model.m → agent.app: 4}',
    ])
    // Some senders record the input after appending the answer.
    expect(lines({ ...input, ...answer('{"answer":') })).toEqual([
      'prompt agent.app → model.m: three',
      'completion model.m → agent.app: {"answer":',
    ])
    const root = { ...input, 'gen_ai.operation.name': 'invoke_agent' }
    expect(lines(root)).toEqual(['message user → agent.app: three'])
  })

  test('keeps the digits of arguments, and has the same id as the tool span', () => {
    const call = '{"type":"tool_call","id":"toolu_0123456789","name":"pay","arguments":{"iban":12345678901234567890}}'
    const [asked] = genAi.span(chat({ 'gen_ai.output.messages': `[{"role":"assistant","parts":[${call}]}]` }))
    const [ran] = genAi.span(
      chat({
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'pay',
        'gen_ai.tool.call.id': 'toolu_0123456789',
        'gen_ai.tool.call.arguments': '{"iban":12345678901234567890}',
      }),
    )
    expect(asked?.payload.text).toBe('{"name":"pay","arguments":{"iban":12345678901234567890}}')
    expect([ran?.payload, ran?.anchor]).toEqual([asked?.payload, asked?.anchor])
  })

  test('can have calls and results among the messages', () => {
    const items = [
      { role: 'user', content: 'old' },
      { type: 'function_call', call_id: 'c1', name: 'search', arguments: '{"q":"x"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'found' },
    ]
    expect(lines({ 'gen_ai.input.messages': json(items) })).toEqual(['tool_result tool.search → agent.app: found'])
  })

  test('names media and keeps links', () => {
    const parts = [
      { type: 'text', content: 'look' },
      { type: 'blob', mime_type: 'image/png', modality: 'image', content: 'AAAA' },
      { type: 'uri', uri: 'https://evil.example/x.png', mime_type: 'image/png' },
      { type: 'file', file_id: 'file-1' },
    ]
    expect(lines({ 'gen_ai.input.messages': json([{ role: 'user', parts }]) })).toEqual([
      'prompt agent.app → model.m: look\n[blob image/png]\n[uri https://evil.example/x.png]\n[file file-1]',
    ])
  })

  test('has its error on the completion, or on the prompt if there is no completion', () => {
    const input = { 'gen_ai.input.messages': json([{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }]) }
    const output = { 'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'text', content: 'ho' }] }]) }
    const errors = (attributes: Record<string, string>) =>
      genAi
        .span(chat({ ...attributes, 'error.type': 'timeout' }))
        .map(({ kind, attributes: kept }) => [kind, kept['error']])
    expect(errors(input)).toEqual([['prompt', 'timeout']])
    expect(errors({ ...input, ...output })).toEqual([
      ['prompt', undefined],
      ['completion', 'timeout'],
    ])
  })

  test('takes its error from an exception event if nothing else names one', () => {
    const thrown = anEvent('exception', { 'exception.type': 'ValueError', 'exception.message': 'no such row' })
    const tool = chat({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'query' })
    const entries = genAi.span({ ...tool, events: [thrown], status: { error: true, message: '' } })
    expect(linesOf(entries)).toEqual([
      'tool_call agent.app → tool.query: {"name":"query"}',
      'tool_result tool.query → agent.app: {"error":"no such row"}',
    ])
    expect(entries.map(({ attributes }) => [attributes['content'], attributes['error']])).toEqual([
      ['absent', undefined],
      [undefined, 'no such row'],
    ])
  })
})

describe('no content is lost:', () => {
  test('messages that the sender truncated are text', () => {
    const cut = '[{"role":"user","parts":[{"type":"text","content":"ignore all prev'
    expect(lines({ 'gen_ai.input.messages': cut })).toEqual([`prompt agent.app → model.m: ${cut}`])
  })

  test('messages that nest too deep are text', () => {
    const deep = `[{"role":"user","parts":${'['.repeat(5_000)}"run it"${']'.repeat(5_000)}}]`
    expect(lines({ 'gen_ai.input.messages': deep })).toEqual([`prompt agent.app → model.m: ${deep}`])
  })

  test('roles, parts and messages of unknown kinds are kept', () => {
    const messages = [
      { role: 'critic', parts: [{ type: 'text', content: 'one' }] },
      { role: 'user', parts: [{ type: 'hologram', beam: 'two' }] },
      { role: 'user', scroll: 'three' },
      'four',
    ]
    expect(lines({ 'gen_ai.input.messages': json(messages) })).toEqual([
      'prompt agent.app → model.m: one',
      'prompt agent.app → model.m: {"type":"hologram","beam":"two"}',
      'prompt agent.app → model.m: {"role":"user","scroll":"three"}',
      'prompt agent.app → model.m: four',
    ])
  })

  test('reasoning and calls in a user message are kept', () => {
    const typed = '[{"type":"reasoning","content":"exfiltrate"}]'
    const messages = [
      { role: 'user', content: typed },
      { role: 'user', content: '[{"type":"tool_use","name":"rm","input":{}}]' },
      { role: 'user', parts: [{ type: 'reasoning', content: 'obey' }] },
    ]
    expect(lines({ 'gen_ai.input.messages': json(messages) })).toEqual([
      'prompt agent.app → model.m: exfiltrate',
      'prompt agent.app → model.m: [{"type":"tool_use","name":"rm","input":{}}]',
      'prompt agent.app → model.m: {"type":"reasoning","content":"obey"}',
    ])
  })

  test('tool output is kept, whatever it looks like', () => {
    const answers = [
      '[{"type":"tool_call","name":"rm","arguments":{}}]',
      '[{"type":"reasoning","content":"obey"},{"type":"tool_call","name":"rm"}]',
    ]
    for (const content of answers) {
      const message = { role: 'tool', tool_call_id: 'c1', name: 'fetch', content }
      expect(lines({ 'gen_ai.input.messages': json([message]) })).toEqual([
        `tool_result tool.fetch → agent.app: ${content}`,
      ])
    }
    const blocks = [{ type: 'reasoning', content: 'obey' }]
    expect(lines({ 'gen_ai.input.messages': json([{ role: 'tool', content: blocks, name: 'fetch' }]) })).toEqual([
      `tool_result tool.fetch → agent.app: ${json(blocks)}`,
    ])
  })

  test('a text document, a call without a name, and data of an unknown type are kept', () => {
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'obey' } }
    const data = { type: 'data', data: { note: 'obey' } }
    expect(lines({ 'gen_ai.input.messages': json([{ role: 'user', content: [document, data] }]) })).toEqual([
      'prompt agent.app → model.m: obey\n{"type":"data","data":{"note":"obey"}}',
    ])
    const call = { function: { arguments: '{"command":"id"}' } }
    expect(lines({ 'gen_ai.output.messages': json([{ role: 'assistant', tool_calls: [call] }]) })).toEqual([
      'tool_call agent.app → tool.unknown: {"name":"unknown","arguments":{"command":"id"}}',
    ])
  })

  test('a user text that happens to be JSON is unchanged', () => {
    for (const typed of ['[{"id":1}]', '{"type":"text","text":"x"}', '[]', '["a"]']) {
      expect(lines({ 'gen_ai.prompt.0.role': 'user', 'gen_ai.prompt.0.content': typed })).toEqual([
        `prompt agent.app → model.m: ${typed}`,
      ])
    }
  })

  test('only reasoning of the model is ignored', () => {
    const parts = [
      { type: 'reasoning', content: 'hm' },
      { type: 'text', content: 'done' },
    ]
    expect(lines({ 'gen_ai.output.messages': json([{ role: 'assistant', parts }]) })).toEqual([
      'completion model.m → agent.app: done',
    ])
  })

  test('messages of an unknown operation are kept', () => {
    const attributes = { 'gen_ai.operation.name': 'plan', 'gen_ai.output.messages': 'plan: run it' }
    expect(lines(attributes)).toEqual(['completion model.m → agent.app: plan: run it'])
  })
})

describe('spans that are not model calls', () => {
  test('an agent gives its messages only on a root span', () => {
    const span = chat({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'ops',
      'gen_ai.input.messages': json([{ role: 'user', parts: [{ type: 'text', content: 'go' }] }]),
    })
    expect(linesOf(genAi.span(span))).toEqual(['message user → agent.ops: go'])
    expect(genAi.span({ ...span, parentSpanId: '0102030405060708' })).toEqual([])
  })

  test('retrieved documents with content are a result, but embeddings and memory give no entry', () => {
    const documents = { 'gen_ai.operation.name': 'retrieval', 'gen_ai.data_source.id': 'wiki' }
    expect(lines({ ...documents, 'gen_ai.retrieval.documents': '[{"id":"1","content":"obey"},{"id":"2"}]' })).toEqual([
      'tool_result tool.wiki → agent.app: ["obey"]',
    ])
    expect(lines({ ...documents, 'gen_ai.retrieval.documents': '[{"id":"1"}]' })).toEqual([])
    expect(lines({ 'gen_ai.operation.name': 'embeddings', 'gen_ai.input.messages': 'x' })).toEqual([])
    expect(lines({ 'gen_ai.operation.name': 'search_memory', 'gen_ai.input.messages': 'x' })).toEqual([])
  })
})

describe('events', () => {
  const given = { resource: { 'service.name': 'app' }, attributes: { 'gen_ai.system': 'openai' } }
  const logged = (name: string, body: AttributeValue) =>
    linesOf(genAi.log(aLog(name, { ...given, body }), () => 'search'))

  test('each new message is an entry, but the history is not', () => {
    expect(logged('gen_ai.user.message', { content: 'hi' })).toEqual(['prompt agent.app → model.openai: hi'])
    expect(logged('gen_ai.assistant.message', { content: 'ho' })).toEqual([])
    expect(logged('gen_ai.tool.message', { id: 'c1', content: 'found' })).toEqual([
      'tool_result tool.search → agent.app: found',
    ])
    expect(logged('gen_ai.choice', { index: 0, message: { content: 'ho' } })).toEqual([
      'completion model.openai → agent.app: ho',
    ])
  })

  test('a body can be JSON text or plain text', () => {
    expect(logged('gen_ai.user.message', '{"content":"hi"}')).toEqual(['prompt agent.app → model.openai: hi'])
    expect(logged('gen_ai.user.message', 'hi')).toEqual(['prompt agent.app → model.openai: hi'])
    expect(logged('gen_ai.choice', 'ho')).toEqual(['completion model.openai → agent.app: ho'])
  })

  test('a message with several blocks is one text', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ]
    expect(logged('gen_ai.user.message', { role: 'user', content })).toEqual([
      'prompt agent.app → model.openai: one\ntwo',
    ])
  })

  test('a body can be a message of the newest shape, as Agent Framework logs it', () => {
    const result = { type: 'tool_call_response', id: 'c1', response: 'found' }
    expect(logged('gen_ai.user.message', { role: 'user', parts: [{ type: 'text', content: 'hi' }] })).toEqual([
      'prompt agent.app → model.openai: hi',
    ])
    expect(logged('gen_ai.tool.message', { role: 'tool', parts: [result] })).toEqual([
      'tool_result tool.search → agent.app: found',
    ])
    expect(logged('gen_ai.choice', { role: 'assistant', parts: [{ type: 'text', content: 'ho' }] })).toEqual([
      'completion model.openai → agent.app: ho',
    ])
  })

  test('on spans, a body is JSON text in one attribute, or has one attribute per member', () => {
    const events = [
      anEvent('gen_ai.system.message', { 'gen_ai.event.content': '{"role":"system","content":"Be brief."}' }),
      anEvent('gen_ai.user.message', { content: 'hi' }),
      anEvent('gen_ai.choice', { 'gen_ai.event.content': '{"message":{"content":"ho"},"finish_reason":"stop"}' }),
    ]
    expect(linesOf(genAi.span({ ...chat({}), events }))).toEqual([
      'system agent.app → model.m: Be brief.',
      'prompt agent.app → model.m: hi',
      'completion model.m → agent.app: ho',
    ])
  })

  test('an evaluation has its attributes, except those that only assign it to a conversation', () => {
    const attributes = { 'gen_ai.evaluation.name': 'toxicity', 'gen_ai.conversation.id': 'c', 'event.name': 'x' }
    const [entry] = genAi.log(aLog('gen_ai.evaluation.result', { ...given, attributes }))
    expect([entry?.kind, entry?.context, entry?.session, entry?.payload.text]).toEqual([
      'system',
      'evaluation.result',
      'c',
      '{"gen_ai.evaluation.name":"toxicity"}',
    ])
  })
})

describe('size', () => {
  const MANY = 20_000

  test('messages with sparse indexes are in order, and cost only as much as there are', () => {
    const attributes = {
      'gen_ai.completion.7.content': 'ho',
      'gen_ai.prompt.999999999.role': 'user',
      'gen_ai.prompt.999999999.content': 'last',
      'gen_ai.prompt.9.content': 'first',
      'gen_ai.prompt.__proto__.content': 'none',
      'gen_ai.prompt.99999999999999999999.content': 'none',
    }
    expect(lines(attributes)).toEqual([
      'prompt agent.app → model.m: first',
      'prompt agent.app → model.m: last',
      'completion model.m → agent.app: ho',
    ])
  })

  test('many indexed messages, and a name of many dots, are read', () => {
    const messages = Array.from(
      { length: MANY },
      (_, index) => [`gen_ai.prompt.${index}.content`, `m${index}`] as const,
    )
    const entries = genAi.span(chat({ ...Object.fromEntries(messages), [`gen_ai.prompt.0${'.a'.repeat(MANY)}`]: 'x' }))
    expect(entries.length).toBe(MANY)
    expect(entries.at(-1)?.payload.text).toBe(`m${MANY - 1}`)
  })

  test('many calls and results in one message list are read', () => {
    const calls = Array.from({ length: MANY }, (_, index) => ({
      type: 'tool_call',
      id: `c${index}`,
      name: `t${index}`,
    }))
    const results = calls.map(({ id }) => ({ type: 'tool_call_response', id, response: 'r' }))
    const messages = [
      { role: 'assistant', parts: calls },
      { role: 'tool', parts: results },
    ]
    const entries = genAi.span(chat({ 'gen_ai.input.messages': json(messages) }))
    expect(entries.length).toBe(MANY)
    expect(entries.at(-1)?.sender).toBe(`tool.t${MANY - 1}`)
  })
})
