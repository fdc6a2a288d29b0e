import { describe, expect, test } from 'vitest'
import { dialectOf } from './registry.ts'
import { aLog, anEvent, aSpan } from '../mappers/testing/records.ts'

interface Given {
  readonly name?: string
  readonly scope?: string
  readonly service?: string
  readonly attributes?: Readonly<Record<string, string>>
}

const given = ({ service, attributes = {}, scope = 'app' }: Given) => {
  const resource: Record<string, string> = service === undefined ? {} : { 'service.name': service }
  return { scope, attributes, resource }
}

const span = (of: Given & { readonly events?: readonly string[] }) =>
  aSpan(of.name ?? 'span', { ...given(of), events: (of.events ?? []).map((name) => anEvent(name, {})) })

const log = (of: Given) => aLog(of.name ?? '', given(of))

describe('the first matching row of the table selects the mapper of a record:', () => {
  test.each([
    ['a scope of Claude Code', log({ scope: 'com.anthropic.claude_code.events' }), 'claude_code'],
    [
      'a span of Claude Code with GenAI attributes',
      span({ name: 'claude_code.llm_request', attributes: { 'gen_ai.operation.name': 'chat' } }),
      'claude_code',
    ],
    ['an event of Codex', log({ name: 'codex.tool_result' }), 'codex'],
    ['a service of Codex', span({ service: 'codex_exec' }), 'codex'],
    ['an event of Gemini CLI', log({ name: 'gemini_cli.tool_call' }), 'gemini_cli'],
    [
      'a GenAI event of Gemini CLI',
      log({ service: 'gemini-cli', name: 'gen_ai.client.inference.operation.details' }),
      'gemini_cli',
    ],
    [
      'a span of Copilot CLI',
      span({ service: 'github-copilot', attributes: { 'gen_ai.operation.name': 'chat' } }),
      'copilot',
    ],
    ['a service of Copilot Chat', span({ service: 'copilot-chat' }), 'copilot'],
    ['an event of Copilot Chat', log({ name: 'copilot_chat.session.start' }), 'copilot'],
    [
      'an MCP span that is a tool span as well',
      span({ attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' } }),
      'mcp',
    ],
    [
      'an OpenInference span',
      span({ attributes: { 'openinference.span.kind': 'LLM', 'gen_ai.system': 'openai' } }),
      'openinference',
    ],
    [
      'a legacy span of the AI SDK',
      span({ scope: 'mine', attributes: { 'ai.operationId': 'ai.toolCall', 'gen_ai.system': 'openai' } }),
      'ai_sdk',
    ],
    ['a new span of the AI SDK', span({ scope: 'gen_ai', attributes: { 'gen_ai.operation.name': 'chat' } }), 'ai_sdk'],
    [
      'a span within a Traceloop workflow',
      span({ attributes: { 'gen_ai.system': 'openai', 'traceloop.workflow.name': 'w' } }),
      'traceloop',
    ],
    [
      'an early indexed span',
      span({ attributes: { 'llm.request.type': 'chat', 'gen_ai.system': 'OpenAI' } }),
      'traceloop',
    ],
    ['a GenAI span', span({ attributes: { 'gen_ai.operation.name': 'chat' } }), 'gen_ai'],
    ['a GenAI event', log({ name: 'gen_ai.choice' }), 'gen_ai'],
    ['a span with GenAI events', span({ events: ['gen_ai.user.message'] }), 'gen_ai'],
    ['an HTTP span', span({ scope: 'http', attributes: { 'http.request.method': 'GET' } }), null],
    ['a record without anything', log({}), null],
  ] as const)('%s', (_name, record, source) => {
    expect(dialectOf(record)?.name ?? null).toBe(source)
  })
})
