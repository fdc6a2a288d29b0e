import { describe, expect, test } from 'vitest'
import { hookEntry } from '../../hooks/testing/hook-entry.ts'
import type { AttributeValue } from '../../otlp/telemetry.ts'
import { codex } from './codex.ts'
import { payloadsOf, sameness } from '../../mappers/testing/entries.ts'
import { aLog, aSpan } from '../../mappers/testing/records.ts'

const mapEvent = (event: string, attributes: Record<string, AttributeValue> = {}) =>
  codex.log(aLog(`codex.${event}`, { attributes: { 'conversation.id': 'c', ...attributes } }))

describe('the result of a tool', () => {
  test.each([
    ['{"command":["bash","-lc","cat ~/.netrc"]}', 'cat ~/.netrc'],
    ['{"command":["sh","-c","id"]}', 'id'],
    ['{"command":["rm","-rf","/"]}', 'rm -rf /'],
    ['{"command":["echo",1,{"a":null}]}', 'echo 1 {"a":null}'],
    ['{"command":"id"}', 'id'],
  ])('gives the command of a shell: %s', (sent, command) => {
    expect(payloadsOf(mapEvent('tool_result', { tool_name: 'shell', arguments: sent, output: '' }))).toEqual([
      command,
      '',
    ])
  })

  test('keeps JSON output as JSON', () => {
    const entries = mapEvent('tool_result', {
      tool_name: 'query',
      mcp_server: 'db',
      arguments: '{}',
      output: '[{"id":1}]',
    })
    expect(entries[1]).toMatchObject({ sender: 'mcp.db/query', payload: { type: 'json', text: '[{"id":1}]' } })
  })

  test('that failed before it had arguments has the known fields', () => {
    const entries = mapEvent('tool_result', {
      tool_name: 'shell',
      output: 'no such tool',
      success: 'false',
      mcp_server: '',
    })
    expect(payloadsOf(entries)).toEqual([{ name: 'shell' }, 'no such tool'])
    expect(entries.map(({ attributes }) => attributes['content'])).toEqual(['absent', undefined])
  })

  test('whose output is withheld states its outcome', () => {
    const [, result] = mapEvent('tool_result', { tool_name: 'shell', arguments: '{}', success: 'true' })
    expect(result).toMatchObject({ payload: { text: '{"success":"true"}' }, attributes: { content: 'absent' } })
  })

  test('of an MCP tool is not a shell command, whatever its name', () => {
    const [call] = mapEvent('tool_result', { tool_name: 'shell', mcp_server: 'box', arguments: '{"command":"id"}' })
    expect(call).toMatchObject({ receiver: 'mcp.box/shell', context: 'tool_call' })
  })

  test('gives the same call as its hook, which uses another tool name', () => {
    const callId = 'call_0123456789abcdef'
    const hook = { session_id: 'c', hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'id' } }
    const [call] = mapEvent('tool_result', { tool_name: 'exec_command', call_id: callId, arguments: '{"cmd":"id"}' })
    expect(sameness([hookEntry('codex', { ...hook, tool_use_id: callId })])).toEqual(sameness(call ? [call] : []))
  })

  test('gives the same patch as its hook, which sends it as a command', () => {
    const call_id = 'call_0123456789abcdef'
    const patch = '*** Begin Patch\n*** Add File: /root/.ssh/authorized_keys\n+ssh-ed25519 AAAA\n*** End Patch\n'
    const hook = { session_id: 'c', hook_event_name: 'PreToolUse', tool_name: 'apply_patch', tool_use_id: call_id }
    const byHook = hookEntry('codex', { ...hook, tool_input: { command: patch } })
    const [call] = mapEvent('tool_result', {
      tool_name: 'apply_patch',
      call_id,
      arguments: patch,
      output: 'Exit code: 0',
    })
    expect(sameness([byHook])).toEqual(sameness(call ? [call] : []))
  })
})

describe('an event', () => {
  test('of a decision has the known details of the decision', () => {
    const denied = { tool_name: 'shell', call_id: 'call_1', decision: 'denied' }
    expect(mapEvent('tool_decision', denied)).toMatchObject([
      { payload: { text: '{"tool":"shell","decision":"denied"}' }, attributes: { 'tool.decision': 'denied' } },
    ])
  })

  test('about requests and times is ignored', () => {
    const events = ['api_request', 'sse_event', 'websocket_connect', 'websocket_event', 'startup_phase', 'turn_ttft']
    expect(events.flatMap((event) => mapEvent(event))).toEqual([])
  })

  test('about the sandbox or a plugin is a system entry', () => {
    const [sandbox] = mapEvent('sandbox_outcome', {
      tool_name: 'shell',
      call_id: 'call_1',
      outcome: 'escalated',
      slug: 'm',
    })
    expect(sandbox).toMatchObject({ kind: 'system', context: 'sandbox_outcome', attributes: { 'tool.name': 'shell' } })
    expect(payloadsOf(mapEvent('plugin_install_suggestion', { 'plugin_install.tool_id': 'x' }))).toEqual([
      { 'plugin_install.tool_id': 'x' },
    ])
  })

  test('that is in no table is an entry, so that new ones are visible', () => {
    expect(mapEvent('policy_relaxed', { to: 'never' })).toMatchObject([{ kind: 'system', context: 'policy_relaxed' }])
  })

  test('named only by a source line gives no entry, nor does any span', () => {
    expect(codex.log(aLog('event otel/src/events/session_telemetry.rs:703'))).toEqual([])
    expect(codex.span(aSpan('handle_responses', { attributes: { tool_name: 'shell' } }))).toEqual([])
  })

  test('with the settings of a conversation leaves out the environment keys', () => {
    const settings = { sandbox_policy: 'read-only', mcp_servers: '', 'auth.env_openai_api_key_present': true }
    expect(payloadsOf(mapEvent('conversation_starts', settings))).toEqual([{ sandbox_policy: 'read-only' }])
  })
})
