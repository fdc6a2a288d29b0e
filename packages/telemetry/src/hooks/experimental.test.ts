import { describe, expect, test } from 'vitest'
import { payloadsOf } from '../mappers/testing/entries.ts'
import { hookEntry } from './testing/hook-entry.ts'

describe('VS Code', () => {
  const call = {
    timestamp: '2026-11-24T10:39:46.632Z',
    cwd: '/work',
    sessionId: 's',
    hookEventName: 'PreToolUse',
    tool_name: 'run_in_terminal',
    tool_input: { command: 'id' },
    tool_use_id: 'call_1',
  }

  test('gives calls as Claude Code does, with the names of its telemetry', () => {
    expect(hookEntry('vscode', call)).toMatchObject({
      source: 'copilot',
      sender: 'agent.copilot-chat',
      receiver: 'tool.run_in_terminal',
      session: 's',
      payload: { type: 'text', text: 'id' },
      at: 1_795_516_786_632_000,
    })
  })
})

describe('Cursor', () => {
  const common = { conversation_id: 'c', generation_id: 'g', workspace_roots: ['/work'], user_email: 'dev@example.com' }
  const cursor = (event: string, fields: Record<string, unknown>) =>
    hookEntry('cursor', { ...common, hook_event_name: event, ...fields })

  test('gives the command of a shell and its result', () => {
    const call = cursor('beforeShellExecution', { command: 'id', cwd: '/tmp' })
    expect(call).toMatchObject({ kind: 'tool_call', session: 'c', receiver: 'tool.Shell', context: 'shell_command' })
    expect(call.attributes).toMatchObject({ cwd: '/tmp', 'prompt.id': 'g' })
    expect(payloadsOf([call, cursor('afterShellExecution', { command: 'id', output: 'uid=0' })])).toEqual([
      'id',
      'uid=0',
    ])
  })

  test('gives MCP calls, whose arguments and results are JSON in a string', () => {
    const mcp = { tool_name: 'query', tool_input: '{"sql":"select 1"}', url: 'https://mcp.example' }
    const entries = [
      cursor('beforeMCPExecution', mcp),
      cursor('afterMCPExecution', { ...mcp, result_json: '{"rows":1}' }),
    ]
    expect(payloadsOf(entries)).toEqual([{ name: 'query', arguments: { sql: 'select 1' } }, { rows: 1 }])
  })

  test('gives the files that it reads and edits', () => {
    const read = cursor('beforeReadFile', { file_path: '/etc/passwd', content: 'root' })
    const edit = cursor('afterFileEdit', { file_path: 'a', edits: [{ old_string: 'a', new_string: 'b' }] })
    expect(payloadsOf([read, edit])).toEqual([
      { name: 'Read', arguments: { file_path: '/etc/passwd', content: 'root' } },
      { name: 'edit_file', arguments: { file_path: 'a', edits: [{ old_string: 'a', new_string: 'b' }] } },
    ])
  })

  test('gives the prompts of a person and its answers', () => {
    expect(cursor('beforeSubmitPrompt', { prompt: 'hi', attachments: [] }).sender).toBe('user.dev@example.com')
    expect(cursor('afterAgentResponse', { text: 'done' })).toMatchObject({ kind: 'message', receiver: 'user' })
    expect(cursor('stop', { status: 'completed' })).toMatchObject({
      context: 'stop',
      payload: { text: '{"status":"completed"}' },
    })
  })
})

describe('Windsurf', () => {
  const windsurf = (action: string, info: Record<string, unknown>) =>
    hookEntry('windsurf', {
      agent_action_name: action,
      trajectory_id: 't',
      execution_id: 'e',
      timestamp: '2026-11-24T10:39:46Z',
      tool_info: info,
    })

  test('gives commands, files and MCP calls', () => {
    const mcp = { mcp_server_name: 'github', mcp_tool_name: 'get_me', mcp_tool_arguments: { a: 1 }, mcp_result: 'me' }
    const entries = [
      windsurf('pre_run_command', { command_line: 'id', cwd: '/tmp' }),
      windsurf('pre_read_code', { file_path: '/etc/passwd' }),
      windsurf('pre_mcp_tool_use', mcp),
      windsurf('post_mcp_tool_use', mcp),
    ]
    expect(payloadsOf(entries)).toEqual([
      'id',
      { name: 'read_file', arguments: { file_path: '/etc/passwd' } },
      { name: 'get_me', arguments: { a: 1 } },
      'me',
    ])
    expect(entries.map(({ receiver }) => receiver)).toEqual([
      'tool.run_command',
      'tool.read_file',
      'mcp.github/get_me',
      'agent.windsurf',
    ])
    expect(entries[0]).toMatchObject({ session: 't', context: 'shell_command', attributes: { cwd: '/tmp' } })
  })

  test('gives the prompts of a person and its answers', () => {
    expect(windsurf('pre_user_prompt', { user_prompt: 'hi' })).toMatchObject({
      kind: 'prompt',
      payload: { text: 'hi' },
    })
    expect(windsurf('post_cascade_response', { response: 'done' })).toMatchObject({ kind: 'message', receiver: 'user' })
  })

  test('takes the action from the event, never from the subject of the event', () => {
    const entry = hookEntry('windsurf', {
      agent_action_name: 'pre_run_command',
      tool_info: { agent_action_name: 'post_cascade_response', command_line: 'id' },
    })
    expect(entry.attributes['event']).toBe('hook.pre_run_command')
  })
})
