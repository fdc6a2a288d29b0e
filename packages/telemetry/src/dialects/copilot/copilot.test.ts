import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../otlp/telemetry.ts'
import { copilot } from './copilot.ts'
import { payloadsOf, sameness } from '../../mappers/testing/entries.ts'
import { aLog, aSpan } from '../../mappers/testing/records.ts'

const SPAN = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), resource: { 'service.name': 'github-copilot' } }

const run = (operation: string, attributes: Record<string, AttributeValue> = {}, parentSpanId: string | null = null) =>
  copilot.span(
    aSpan(operation, { ...SPAN, parentSpanId, attributes: { 'gen_ai.operation.name': operation, ...attributes } }),
  )

const says = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }])

describe('a tool span', () => {
  test('gives its call at its start and its result at its end', () => {
    const entries = run('execute_tool', {
      'gen_ai.tool.name': 'bash',
      'gen_ai.tool.call.arguments': '{"command":"id"}',
      'gen_ai.tool.call.result': 'uid=0(root)',
    })
    expect(payloadsOf(entries)).toEqual(['id', 'uid=0(root)'])
    expect((entries[1]?.at ?? 0) - (entries[0]?.at ?? 0)).toBe(500_000)
  })

  test('whose arguments are withheld takes them from separate attributes', () => {
    const name = { 'gen_ai.tool.name': 'bash' }
    expect(payloadsOf(run('execute_tool', { ...name, 'github.copilot.tool.parameters.command': 'id' }))).toEqual(['id'])
    expect(payloadsOf(run('execute_tool', name))).toEqual([{ name: 'bash' }])
  })

  test('with a server name belongs to that server', () => {
    const [call] = run('execute_tool', { 'gen_ai.tool.name': 'get_me', mcp_server_name: 'github' })
    expect(call?.receiver).toBe('mcp.github/get_me')
  })

  // Recorded from 1.0.102.
  test('of a server has its own name there, and the name that the model used in its call', () => {
    const [call, result] = run('execute_tool', {
      'gen_ai.tool.name': 'probe-lookup',
      'gen_ai.tool.call.arguments': '{"key":"alpha"}',
      'gen_ai.tool.call.result': 'value of alpha',
      'github.copilot.tool.parameters.mcp_server_name_hash': 'ba9c7',
      'github.copilot.tool.parameters.mcp_server_name': 'probe',
      'github.copilot.tool.parameters.mcp_tool_name': 'lookup',
    })
    const payload = { text: '{"name":"probe-lookup","arguments":{"key":"alpha"}}' }
    expect(call).toMatchObject({ receiver: 'mcp.probe/lookup', payload })
    expect(result).toMatchObject({ sender: 'mcp.probe/lookup', payload: { text: 'value of alpha' } })
  })

  test('of a server takes no arguments from the attributes that name the server', () => {
    const [call] = run('execute_tool', {
      'gen_ai.tool.name': 'ba9c7/29a1a',
      'github.copilot.tool.parameters.mcp_server_name_hash': 'ba9c7',
      'github.copilot.tool.parameters.mcp_tool_name': '29a1a',
    })
    expect(call).toMatchObject({ payload: { text: '{"name":"ba9c7/29a1a"}' }, attributes: { content: 'absent' } })
  })

  test('that failed gives the same result as the next message to the model', () => {
    const callId = 'call_0123456789abcdef'
    const failed = aSpan('execute_tool view', {
      ...SPAN,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'view',
        'gen_ai.tool.call.id': callId,
        'gen_ai.tool.call.arguments': '{"path":"/absent"}',
        'error.type': 'ToolError',
      },
      status: { error: true, message: 'Path does not exist' },
    })
    const answered = [
      { role: 'tool', parts: [{ type: 'tool_call_response', id: callId, response: 'Path does not exist' }] },
    ]
    const results = copilot.span(failed).slice(1)
    expect(results).toMatchObject([{ payload: { text: 'Path does not exist' }, attributes: { error: 'ToolError' } }])
    expect(sameness(run('chat', { 'gen_ai.input.messages': JSON.stringify(answered) }))).toEqual(sameness(results))
  })
})

describe('an agent', () => {
  const asked = { 'gen_ai.input.messages': says('user', 'do it'), 'gen_ai.output.messages': says('assistant', 'done') }

  test('gives its task and its answer', () => {
    expect(run('invoke_agent', asked).map(({ sender, receiver }) => [sender, receiver])).toEqual([
      ['user', 'agent.github-copilot'],
      ['agent.github-copilot', 'user'],
    ])
  })

  test('below a tool is a subagent, which its tool has already reported', () => {
    expect(run('invoke_agent', asked, '3'.repeat(16))).toEqual([])
  })
})

describe('a span or event that is in no table', () => {
  test('gives no entry', () => {
    expect(['permission', 'execute_hook'].flatMap((operation) => run(operation))).toEqual([])
    const events = [
      'copilot_chat.edit.feedback',
      'copilot_chat.edit.survival',
      'gen_ai.client.inference.operation.details',
    ]
    expect(events.flatMap((event) => copilot.log(aLog(event)))).toEqual([])
  })
})

describe('details of a call of the model', () => {
  test('give their messages as the span of the call does', () => {
    const messages = {
      'gen_ai.input.messages': says('user', 'do it'),
      'gen_ai.output.messages': says('assistant', 'done'),
    }
    const details = copilot.log(aLog('gen_ai.client.inference.operation.details', { ...SPAN, attributes: messages }))
    const same = ({ kind, anchor, payload }: (typeof details)[number]) => ({ kind, anchor, payload })
    expect(details.map(same)).toEqual(run('chat', messages).map(same))
  })
})
