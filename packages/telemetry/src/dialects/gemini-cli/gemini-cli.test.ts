import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../otlp/telemetry.ts'
import { geminiCli } from './gemini-cli.ts'
import { payloadsOf } from '../../mappers/testing/entries.ts'
import { aLog, aSpan } from '../../mappers/testing/records.ts'

const mapEvent = (event: string, attributes: Record<string, AttributeValue> = {}) =>
  geminiCli.log(aLog(`gemini_cli.${event}`, { attributes: { 'session.id': 's', ...attributes } }))

const request = (contents: unknown, more: Record<string, AttributeValue> = {}) =>
  mapEvent('api_request', { role: 'main', model: 'm', request_text: JSON.stringify(contents), ...more })

describe('a request to the model', () => {
  const asked = { role: 'user', parts: [{ text: 'do it' }] }
  const called = { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] }
  const answered = (response: unknown) => ({
    role: 'user',
    parts: [{ functionResponse: { name: 'f', id: 'call_1', response } }],
  })

  test('gives the messages after the last one of the model', () => {
    expect(payloadsOf(request([asked]))).toEqual(['do it'])
    expect(payloadsOf(request([asked, called, answered({ output: 'done' })]))).toEqual(['done'])
    expect(request([asked, called])).toEqual([])
  })

  test('unwraps the output of a tool and nothing else', () => {
    expect(payloadsOf(request([answered({ output: { rows: 2 } })]))).toEqual([{ rows: 2 }])
    expect(payloadsOf(request([answered({ error: 'no', output: '' })]))).toEqual([{ error: 'no', output: '' }])
    expect(payloadsOf(request([answered(undefined)]))).toEqual([''])
  })

  test('leaves out thoughts, and names an image by its type', () => {
    const parts = [{ text: 'hm', thought: true }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }]
    expect(payloadsOf(request([{ role: 'user', parts }]))).toEqual(['[blob image/png]'])
  })

  test('of the model router gives no entry', () => {
    expect(request([asked], { role: 'utility_router' })).toEqual([])
  })

  test('that is truncated is an entry with the text as sent', () => {
    expect(payloadsOf(mapEvent('api_request', { request_text: '[{"role":"user","parts":[{"te' }))).toEqual([
      '[{"role":"user","parts":[{"te',
    ])
  })
})

describe('an answer of the model', () => {
  const chunk = (...parts: unknown[]) => ({ candidates: [{ content: { role: 'model', parts } }] })

  test('that was streamed is one text without thoughts and calls', () => {
    const chunks = [
      chunk({ text: 'a', thought: true }, { text: 'Hel' }),
      chunk({ text: 'lo' }, { functionCall: { name: 'f' } }),
    ]
    expect(payloadsOf(mapEvent('api_response', { response_text: JSON.stringify(chunks) }))).toEqual(['Hello'])
  })

  test('that only calls a tool gives no entry, nor does a withheld one', () => {
    expect(
      mapEvent('api_response', { response_text: JSON.stringify([chunk({ functionCall: { name: 'f' } })]) }),
    ).toEqual([])
    expect(mapEvent('api_response')).toEqual([])
  })

  test('that is plain text, or JSON that the model wrote, is that text', () => {
    expect(payloadsOf(mapEvent('api_response', { response_text: 'Hello' }))).toEqual(['Hello'])
    expect(payloadsOf(mapEvent('api_response', { response_text: '{"answer": 1}' }))).toEqual(['{"answer": 1}'])
  })
})

describe('an event', () => {
  test('of a call has its decision and its error', () => {
    const [call] = mapEvent('tool_call', {
      function_name: 'f',
      success: false,
      decision: 'modify',
      error_type: 'EACCES',
    })
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
  ])('of a call of %s on the MCP server %s names the server and the tool', (name, server, receiver) => {
    const [call] = mapEvent('tool_call', { function_name: name, tool_type: 'mcp', mcp_server_name: server })
    expect(call).toMatchObject({ receiver, attributes: { 'tool.name': receiver.split('/')[1], 'mcp.server': server } })
  })

  test.each([{ success: false }, { success: 'false' }, { exit_code: 2 }, { exit_code: '1', success: true }])(
    'of a failed hook is an entry: %j',
    (outcome) => {
      expect(mapEvent('hook_call', { hook_name: 'h', ...outcome })).toMatchObject([
        { kind: 'system', context: 'hook_call' },
      ])
      expect(mapEvent('hook_call', { hook_name: 'h', success: true, exit_code: 0 })).toEqual([])
    },
  )

  test('of a changed approval mode is an entry under each of its names', () => {
    const switched = { from_mode: 'default', to_mode: 'yolo' }
    const named = mapEvent('plan.approval_mode_switch', switched)
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
    '%s is an entry',
    (event) => {
      expect(mapEvent(event, { name: 'x' })).toMatchObject([{ kind: 'system', context: event }])
    },
  )

  test('about times and files gives no entry, nor does any span', () => {
    const events = [
      'model_routing',
      'plan.approval_mode_duration',
      'slash_command.model',
      'file_operation',
      'api_error',
    ]
    expect(events.flatMap((event) => mapEvent(event))).toEqual([])
    expect(geminiCli.span(aSpan('llm_call'))).toEqual([])
  })
})

describe('details of a call of the model', () => {
  test('give the system prompt once per session, from JSON text or from a structure', () => {
    const parts = [
      { type: 'text', content: 'You are' },
      { type: 'text', content: 'an agent.' },
    ]
    const entries = [JSON.stringify(parts), parts, 'You are\nan agent.'].flatMap((sent) =>
      geminiCli.log(
        aLog('gen_ai.client.inference.operation.details', {
          attributes: { 'session.id': 's', 'gen_ai.system_instructions': sent },
        }),
      ),
    )
    expect(payloadsOf(entries)).toEqual(Array.from({ length: 3 }, () => 'You are\nan agent.'))
    expect(new Set(entries.map(({ anchor }) => anchor))).toEqual(new Set(['session s']))
  })
})
