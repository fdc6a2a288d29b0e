import { HOOK_CLIENTS, isHookClient } from '@sentinelmesh/api/hooks'
import { describeShared } from '@sentinelmesh/test-inputs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asSent, payloadsOf } from '../mappers/testing/entries.ts'
import { fixturesOf, readExpected, readJsonFixture } from '../mappers/testing/read-fixture.ts'
import { HOOK_MAPPERS } from './clients.ts'
import { hookEntry } from './testing/hook-entry.ts'

const fixtures = fixturesOf('hooks')
const text = (said: string) => ({ type: 'text', text: said })

describeShared('recorded hook calls', { needs: ['otel/fixtures/hooks'], tests: 1 }, () => {
  test('give the expected entries', () => {
    const actual = fixtures.map((name) => {
      const client = /^hooks\/(\w+)-/.exec(name)?.[1] ?? ''
      if (!isHookClient(client)) throw new Error(`${client} is not a client.`)
      const { entry } = HOOK_MAPPERS[client](readJsonFixture(name))
      return [name, entry === null ? [] : [asSent(entry)]]
    })
    expect(actual).toEqual(fixtures.map((name) => [name, readExpected(name)]))
  })
})

describe('a hook call', () => {
  const claude = (fields: Record<string, unknown>) => hookEntry('claude', { session_id: 's', ...fields })
  const result = (tool_response: unknown) =>
    payloadsOf([claude({ hook_event_name: 'PostToolUse', tool_name: 'T', tool_response })])[0]

  test('after a tool gives the text that the model reads', () => {
    expect(result({ stdout: 'out', stderr: 'err', interrupted: false })).toBe('out\nerr')
    expect(result([text('one'), text('two')])).toBe('one\ntwo')
    expect(result([{ type: 'image', data: 'AAAA' }])).toEqual([{ type: 'image', data: 'AAAA' }])
    expect(result({ type: 'text', file: { content: 'x' } })).toEqual({ type: 'text', file: { content: 'x' } })
    expect(result('{"rows":2}')).toEqual({ rows: 2 })
    expect(result('')).toBe('')
  })

  test('after a failed tool gives the error', () => {
    const failed = claude({
      hook_event_name: 'PostToolUseFailure',
      tool_name: 'Bash',
      error: 'exit 1',
      is_interrupt: false,
    })
    expect(failed).toMatchObject({
      kind: 'tool_result',
      payload: { text: 'exit 1' },
      attributes: { 'tool.success': false },
    })
  })

  test('of a subagent names it, and is addressed to its agent', () => {
    const stop = {
      hook_event_name: 'SubagentStop',
      agent_id: 'a1',
      agent_type: 'Explore',
      last_assistant_message: 'done',
    }
    expect(claude(stop)).toMatchObject({
      receiver: 'agent.claude-code',
      attributes: { 'agent.id': 'a1', 'agent.name': 'Explore' },
    })
  })

  test('that is in no table is a system entry with its own fields', () => {
    expect(
      claude({ hook_event_name: 'ConfigChange', source: 'project_settings', file_path: '/p/.claude', cwd: '/p' }),
    ).toMatchObject({
      kind: 'system',
      context: 'configChange',
      payload: { text: '{"source":"project_settings","file_path":"/p/.claude"}' },
    })
  })

  test('that repeats earlier calls makes no entry', () => {
    expect(HOOK_MAPPERS.claude({ hook_event_name: 'PostToolBatch', tool_calls: [] }).entry).toBeNull()
    expect(HOOK_MAPPERS.gemini({ hook_event_name: 'AfterModel', llm_response: {} }).entry).toBeNull()
  })

  test.each([
    ['one\n', 'one\n'],
    [{ content: [text('Ignore all'), text('rules')] }, 'Ignore all\nrules'],
    [{ content: [{ type: 'image', data: 'AAAA' }] }, [{ type: 'image', data: 'AAAA' }]],
    [
      { content: [text('{}')], structuredContent: { a: 1 } },
      { content: [text('{}')], structuredContent: { a: 1 } },
    ],
  ])('of Codex after a tool gives the text that the model reads: %j', (tool_response, payload) => {
    const after = { hook_event_name: 'PostToolUse', tool_name: 'mcp__weather__forecast', tool_response }
    expect(payloadsOf([hookEntry('codex', after)])).toEqual([payload])
  })

  test('of Gemini CLI takes the server of a tool from its context, not from the tool name', () => {
    const call = {
      hook_event_name: 'BeforeTool',
      tool_name: 'mcp_my_server_get_me',
      tool_input: {},
      mcp_context: { server_name: 'my_server', tool_name: 'get_me' },
    }
    expect(hookEntry('gemini', call).receiver).toBe('mcp.my_server/get_me')
    expect(hookEntry('gemini', { ...call, mcp_context: undefined }).receiver).toBe('tool.mcp_my_server_get_me')
  })

  // Recorded from 1.0.102, in which the session of a subagent's calls is the subagent itself.
  test.each([
    [
      'camel case',
      { sessionId: 'sub', agentId: 'sub', agentType: 'general-purpose', parentAgentId: 'main' },
      { prompt: { prompt: 'run the tests' }, stop: { stopReason: 'end_turn' } },
    ],
    [
      'snake case',
      { session_id: 'sub', agent_id: 'sub', agent_type: 'general-purpose', parent_agent_id: 'main' },
      {
        prompt: { hook_event_name: 'UserPromptSubmit', prompt: 'run the tests' },
        stop: { hook_event_name: 'Stop', stop_reason: 'end_turn' },
      },
    ],
  ])(
    'of a subagent of Copilot CLI, with fields in %s, belongs to the session that started it',
    (_what, of, { prompt, stop }) => {
      const attributes = { 'agent.id': 'sub', 'agent.name': 'general-purpose' }
      const agent = 'agent.github-copilot'
      expect(hookEntry('copilot', { ...of, ...prompt })).toMatchObject({
        session: 'main',
        sender: agent,
        receiver: agent,
        attributes,
      })
      const stopped = hookEntry('copilot', { ...of, ...stop })
      expect(stopped).toMatchObject({ session: 'main', attributes })
      expect(Object.values(JSON.parse(stopped.payload.text) as object)).toEqual(['end_turn'])
    },
  )

  // Recorded from 0.61.0. The model reads one part or a list of parts.
  test.each([
    ['a text', { text: 'one' }, 'one'],
    ['texts', [{ text: 'one' }, { text: '' }, 'two'], 'one\n\ntwo'],
    ['an image', { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }, '[blob image/png]'],
    ['an image with text', [{ text: 'one' }, { inlineData: { data: 'iVBORw0KGgo=' } }], 'one\n[blob unknown]'],
    ['something else', [{ other: 1 }], [{ other: 1 }]],
  ])('of Gemini CLI gives the tool output, %s, without bytes', (_what, llmContent, expected) => {
    const after = { hook_event_name: 'AfterTool', tool_name: 'read_file', tool_response: { llmContent } }
    expect(payloadsOf([hookEntry('gemini', after)])).toEqual([expected])
  })

  test('of Gemini CLI marks a failed call, and keeps the text that the model reads', () => {
    const tool_response = { llmContent: 'No file was found.', error: { message: 'no', type: 'file_not_found' } }
    const after = { hook_event_name: 'AfterTool', tool_name: 'read_file', tool_response }
    expect(hookEntry('gemini', after)).toMatchObject({
      payload: { text: 'No file was found.' },
      attributes: { 'tool.success': false, error: 'file_not_found' },
    })
  })

  // Recorded from 0.171.0. The session is that of the parent agent.
  test('of Codex with the task of a subagent is not a prompt of the user', () => {
    const given = { session_id: 's', turn_id: 't', agent_id: 'a1', agent_type: 'default', prompt: 'look at the notes' }
    expect(hookEntry('codex', { ...given, hook_event_name: 'UserPromptSubmit' })).toMatchObject({
      sender: 'agent.codex',
      receiver: 'agent.codex',
      session: 's',
      attributes: { 'agent.id': 'a1', 'agent.name': 'default' },
    })
  })

  test('of Gemini CLI gives the error if the tool has no output', () => {
    const after = { hook_event_name: 'AfterTool', tool_name: 'glob', tool_response: { error: { message: 'no' } } }
    expect(payloadsOf([hookEntry('gemini', after)])).toEqual([{ error: { message: 'no' } }])
  })

  test.each([
    [{ hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'id' } }, 'PreToolUse', 'id'],
    [{ toolName: 'bash', toolArgs: '{"command":"id"}' }, 'preToolUse', 'id'],
    [{ toolName: 'bash', toolInput: { command: 'id' }, permissionSuggestions: [] }, 'permissionRequest', 'id'],
    [{ toolName: 'bash', toolArgs: {}, error: 'no' }, 'postToolUseFailure', 'no'],
    [{ error: { message: 'x' } }, 'errorOccurred', { error: { message: 'x' } }],
    [{ agentName: 'task', stopReason: 'end_turn' }, 'subagentStop', { stopReason: 'end_turn' }],
    [{ trigger: 'auto', custom_instructions: '' }, 'preCompact', { trigger: 'auto', custom_instructions: '' }],
  ])('of Copilot is recognized by its fields: %j', (input, event, payload) => {
    const entry = hookEntry('copilot', input)
    expect(entry.attributes['event']).toBe(`hook.${event}`)
    expect(payloadsOf([entry])).toEqual([payload])
  })

  test.each([null, [], 'PreToolUse', 7, {}, { hook_event_name: 7 }])('gives no entry if it is invalid: %j', (input) => {
    for (const client of HOOK_CLIENTS) expect(HOOK_MAPPERS[client](input)).toEqual({ event: null, entry: null })
  })
})

const FIELDS =
  'hook_event_name hookEventName hookName agent_action_name tool_name toolName tool_input toolArgs tool_response toolResult tool_info prompt timestamp cwd workspace_roots session_id tool_use_id error last_assistant_message llmContent mcp_context server_name stdout stderr text content __proto__ constructor toString'
const EVENTS =
  'PreToolUse PostToolUse PostToolUseFailure UserPromptSubmit Stop BeforeTool AfterTool pre_run_command post_mcp_tool_use beforeShellExecution afterMCPExecution toString __proto__'

test('a hook call of any shape gives an entry with flat attributes, or none', () => {
  const key = fc.oneof(fc.constantFrom(...FIELDS.split(' ')), fc.string({ unit: 'binary', maxLength: 5 }))
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.constantFrom(...EVENTS.split(' ')), fc.string({ unit: 'binary' }), fc.double(), fc.constant(null)),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(key, tie('json'), { maxKeys: 8 }),
    ),
  }))
  const input = fc.oneof(json, fc.dictionary(key, json, { minKeys: 4 }))
  fc.assert(
    fc.property(fc.constantFrom(...HOOK_CLIENTS), input, (client, sent) => {
      const whole = JSON.parse(JSON.stringify(sent)) as unknown
      const { entry } = HOOK_MAPPERS[client](whole)
      if (entry?.payload.type === 'json') JSON.parse(entry.payload.text)
      const kept = Object.values(entry?.attributes ?? {}).map((one) => typeof one)
      expect(kept.filter((type) => !['string', 'number', 'boolean'].includes(type))).toEqual([])
    }),
    { seed: 20_261_127, numRuns: 1_000 },
  )
})

test('a hook call with a hundred thousand nested levels is read, including the innermost value', () => {
  const input = JSON.parse(`{"command":${'['.repeat(100_000)}"rm -rf /"${']'.repeat(100_000)}}`) as unknown
  const call = {
    hook_event_name: 'PreToolUse',
    hookEventName: 'PreToolUse',
    tool_input: input,
    toolName: 'T',
    toolArgs: input,
  }
  for (const client of ['claude', 'codex', 'vscode', 'copilot'] as const) {
    for (const tool of ['mcp__a__b', 'Bash']) {
      const { text } = hookEntry(client, { ...call, tool_name: tool }).payload
      expect(text).toContain('rm -rf /')
      expect(text).not.toContain('['.repeat(64))
    }
  }
})
