import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../otlp/telemetry.ts'
import { geminiCli } from './gemini-cli.ts'
import { payloadsOf } from '../../mappers/testing/entries.ts'
import { aLog, aSpan } from '../../mappers/testing/records.ts'

const tell = (event: string, attributes: Record<string, AttributeValue> = {}) =>
  geminiCli.log(aLog(`gemini_cli.${event}`, { attributes: { 'session.id': 's', ...attributes } }))

const request = (contents: unknown, more: Record<string, AttributeValue> = {}) =>
  tell('api_request', { role: 'main', model: 'm', request_text: JSON.stringify(contents), ...more })

describe('a request to the model', () => {
  const asked = { role: 'user', parts: [{ text: 'do it' }] }
  const called = { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] }
  const answered = (response: unknown) => ({
    role: 'user',
    parts: [{ functionResponse: { name: 'f', id: 'call_1', response } }],
  })

  test('tells what is new since the model last spoke', () => {
    expect(payloadsOf(request([asked]))).toEqual(['do it'])
    expect(payloadsOf(request([asked, called, answered({ output: 'done' })]))).toEqual(['done'])
    expect(request([asked, called])).toEqual([])
  })

  test('unwraps the output of a tool and nothing else', () => {
    expect(payloadsOf(request([answered({ output: { rows: 2 } })]))).toEqual([{ rows: 2 }])
    expect(payloadsOf(request([answered({ error: 'no', output: '' })]))).toEqual([{ error: 'no', output: '' }])
    expect(payloadsOf(request([answered(undefined)]))).toEqual([''])
  })

  test('leaves out thoughts, and says that there was a picture', () => {
    const parts = [{ text: 'hm', thought: true }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }]
    expect(payloadsOf(request([{ role: 'user', parts }]))).toEqual(['[blob image/png]'])
  })

  test('of its own, to choose a model, tells nothing', () => {
    expect(request([asked], { role: 'utility_router' })).toEqual([])
  })

  test('that is cut in the middle is told as the text that came', () => {
    expect(payloadsOf(tell('api_request', { request_text: '[{"role":"user","parts":[{"te' }))).toEqual([
      '[{"role":"user","parts":[{"te',
    ])
  })
})

describe('an answer of the model', () => {
  const chunk = (...parts: unknown[]) => ({ candidates: [{ content: { role: 'model', parts } }] })

  test('that was streamed is one text without its thoughts and calls', () => {
    const chunks = [
      chunk({ text: 'a', thought: true }, { text: 'Hel' }),
      chunk({ text: 'lo' }, { functionCall: { name: 'f' } }),
    ]
    expect(payloadsOf(tell('api_response', { response_text: JSON.stringify(chunks) }))).toEqual(['Hello'])
  })

  test('that only calls a tool tells nothing, nor does one that is kept back', () => {
    expect(tell('api_response', { response_text: JSON.stringify([chunk({ functionCall: { name: 'f' } })]) })).toEqual(
      [],
    )
    expect(tell('api_response')).toEqual([])
  })

  test('that is a plain text, or JSON of the model’s own, is that text', () => {
    expect(payloadsOf(tell('api_response', { response_text: 'Hello' }))).toEqual(['Hello'])
    expect(payloadsOf(tell('api_response', { response_text: '{"answer": 1}' }))).toEqual(['{"answer": 1}'])
  })
})

describe('an event', () => {
  test('of a call says who decided and what went wrong', () => {
    const [call] = tell('tool_call', { function_name: 'f', success: false, decision: 'modify', error_type: 'EACCES' })
    expect(call?.attributes).toMatchObject({
      'tool.success': false,
      'tool.decision': 'modify',
      error: 'EACCES',
      content: 'absent',
    })
  })

  // Recorded from 0.61.0.
  test.each([
    ['mcp_probe_lookup', 'probe', 'mcp.probe/lookup'],
    ['mcp_my_tracker__1__lookup', 'my tracker (1)', 'mcp.my tracker (1)/lookup'],
    ['mcp_probe_lookup', 'pro', 'mcp.pro/mcp_probe_lookup'],
    ['lookup', 'probe', 'mcp.probe/lookup'],
  ])('of a call of %s on the MCP server %s names both apart', (name, server, receiver) => {
    const [call] = tell('tool_call', { function_name: name, tool_type: 'mcp', mcp_server_name: server })
    expect(call).toMatchObject({ receiver, attributes: { 'tool.name': receiver.split('/')[1], 'mcp.server': server } })
  })

  test.each([{ success: false }, { success: 'false' }, { exit_code: 2 }, { exit_code: '1', success: true }])(
    'of a hook that failed is told: %j',
    (outcome) => {
      expect(tell('hook_call', { hook_name: 'h', ...outcome })).toMatchObject([
        { kind: 'system', context: 'hook_call' },
      ])
      expect(tell('hook_call', { hook_name: 'h', success: true, exit_code: 0 })).toEqual([])
    },
  )

  test('of a changed approval mode is told under each of its names', () => {
    const switched = { from_mode: 'default', to_mode: 'yolo' }
    const named = tell('plan.approval_mode_switch', switched)
    const beside = geminiCli.log(
      aLog('Approval mode switched from default to yolo.', {
        attributes: { event_name: 'gemini_cli.plan.approval_mode_switch', ...switched },
      }),
    )
    for (const [entry] of [named, beside]) {
      expect(entry).toMatchObject({ context: 'approval_mode_switch', payload: { text: JSON.stringify(switched) } })
    }
  })

  test.each(['agent.start', 'agent.finish', 'conseca.verdict', 'slash_command', 'extension_uninstall'])(
    '%s is told',
    (event) => {
      expect(tell(event, { name: 'x' })).toMatchObject([{ kind: 'system', context: event }])
    },
  )

  test('about times and files tells nothing, nor does any span', () => {
    const events = [
      'model_routing',
      'plan.approval_mode_duration',
      'slash_command.model',
      'file_operation',
      'api_error',
    ]
    expect(events.flatMap((event) => tell(event))).toEqual([])
    expect(geminiCli.span(aSpan('llm_call'))).toEqual([])
  })
})

describe('details of a call of the model', () => {
  test('tell the system prompt once a session, as a text of JSON or as a structure', () => {
    const parts = [
      { type: 'text', content: 'You are' },
      { type: 'text', content: 'an agent.' },
    ]
    const told = [JSON.stringify(parts), parts, 'You are\nan agent.'].flatMap((sent) =>
      geminiCli.log(
        aLog('gen_ai.client.inference.operation.details', {
          attributes: { 'session.id': 's', 'gen_ai.system_instructions': sent },
        }),
      ),
    )
    expect(payloadsOf(told)).toEqual(Array.from({ length: 3 }, () => 'You are\nan agent.'))
    expect(new Set(told.map(({ anchor }) => anchor))).toEqual(new Set(['session s']))
  })
})
