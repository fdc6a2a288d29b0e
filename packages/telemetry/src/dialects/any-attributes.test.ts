import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../otlp/telemetry.ts'
import { aiSdk } from './ai-sdk/ai-sdk.ts'
import { claudeCode } from './claude-code/claude-code.ts'
import { codex } from './codex/codex.ts'
import { copilot } from './copilot/copilot.ts'
import { genAi } from './gen-ai/gen-ai.ts'
import { geminiCli } from './gemini-cli/gemini-cli.ts'
import type { MappedEntry } from '../mappers/mapped-entry.ts'
import type { Dialect } from './dialect.ts'
import { mcp } from './mcp/mcp.ts'
import { openInference } from './openinference/openinference.ts'
import { aLog, anEvent, aSpan } from '../mappers/testing/records.ts'
import { traceloop } from './traceloop/traceloop.ts'

const SEED = 20_261_127

/** Events of spans that at least one mapper reads. */
const EVENTS = ['tool.output', 'gen_ai.user.message', 'gen_ai.tool.message', 'gen_ai.choice', 'exception']

const words = (text: string) => text.split(' ')

/** Every event and span that a mapper distinguishes, and the attributes that it reads. */
const SOURCES: readonly (readonly [string, Dialect, { logs: string[]; spans: string[]; attributes: string[] }])[] = [
  [
    'Claude Code',
    claudeCode,
    {
      logs: words(
        'user_prompt assistant_response tool_decision tool_result api_request_body api_response_body hook_execution_complete auth',
      ),
      spans: words('claude_code.interaction claude_code.tool'),
      attributes: words(
        'prompt response model decision source tool_name tool_use_id tool_parameters tool_input success error decision_type num_blocking body body_ref user_prompt full_command file_path output session.id prompt.id user.email mcp_tool_name mcp_server_name',
      ),
    },
  ],
  [
    'Codex',
    codex,
    {
      logs: words(
        'codex.conversation_starts codex.user_prompt codex.tool_decision codex.tool_result codex.sandbox_outcome',
      ),
      spans: words('turn'),
      attributes: words('prompt tool_name call_id arguments output success mcp_server decision source conversation.id'),
    },
  ],
  [
    'Gemini CLI',
    geminiCli,
    {
      logs: words(
        'gemini_cli.config gemini_cli.user_prompt gemini_cli.tool_call gemini_cli.api_request gemini_cli.api_response gemini_cli.hook_call gemini_cli.extension_install gen_ai.client.inference.operation.details',
      ),
      spans: words('llm_call'),
      attributes: words(
        'prompt prompt_id function_name function_args mcp_server_name success request_text response_text role gen_ai.system_instructions model exit_code event_name session.id',
      ),
    },
  ],
  [
    'Copilot',
    copilot,
    {
      logs: words('copilot_chat.session.start copilot_chat.tool.call gen_ai.client.inference.operation.details'),
      spans: words('chat'),
      attributes: words(
        'gen_ai.operation.name gen_ai.tool.name gen_ai.tool.call.id gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.tool.definitions github.copilot.tool.parameters.command error.type gen_ai.conversation.id',
      ),
    },
  ],
  [
    'The GenAI conventions and frameworks',
    genAi,
    {
      logs: words(
        'gen_ai.system.message gen_ai.user.message gen_ai.assistant.message gen_ai.tool.message gen_ai.choice gen_ai.evaluation.result gen_ai.client.inference.operation.details',
      ),
      spans: words('chat call_llm execute_event_loop_cycle'),
      attributes: words(
        'gen_ai.operation.name gen_ai.system gen_ai.agent.name gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.tool.definitions gen_ai.tool.name gen_ai.tool.call.id gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.retrieval.documents gen_ai.prompt.0.role gen_ai.prompt.0.content gen_ai.prompt.1.content gen_ai.prompt.1.tool_calls.0.name gen_ai.prompt.1.tool_calls.x gen_ai.completion.0.content gen_ai.prompt gen_ai.completion langsmith.span.kind pydantic_ai.all_messages pydantic_ai.new_message_index all_messages_events events final_result model_request_parameters system_prompt event_loop.cycle_id gcp.vertex.agent.llm_request gcp.vertex.agent.llm_response gcp.vertex.agent.tool_response tool_arguments tool_response mastra.span.type mastra.model_generation.input mastra.agent_run.input mastra.agent_run.output agent_loop.cycle_id content message error.type',
      ),
    },
  ],
  [
    'OpenLLMetry',
    traceloop,
    {
      logs: words('gen_ai.choice'),
      spans: words('flow.workflow'),
      attributes: words(
        'traceloop.span.kind traceloop.entity.name traceloop.entity.input traceloop.entity.output llm.request.type llm.request.functions.0.name llm.request.functions.0.parameters gen_ai.input.messages gen_ai.completion.0.content',
      ),
    },
  ],
  [
    'OpenInference',
    openInference,
    {
      logs: words('anything'),
      spans: words('ChatOpenAI'),
      attributes: words(
        'openinference.span.kind input.value input.mime_type output.value output.mime_type llm.input_messages.0.message.role llm.input_messages.0.message.content llm.input_messages.1.message.contents.0.message_content.text llm.input_messages.1.message.tool_calls.0.tool_call.function.name llm.output_messages.0.message.content llm.tools.0.tool.json_schema llm.prompts.0.prompt.text retrieval.documents.0.document.content llm.input_messages.2.message.tool_call_id llm.input_messages.2.message.role llm.output_messages.0.message.contents.0.tool_call.id guardrail.triggered ai.operationId ai.prompt.messages tool.name tool.parameters user.id',
      ),
    },
  ],
  [
    'The AI SDK',
    aiSdk,
    {
      logs: words('gen_ai.choice'),
      spans: words('ai.toolCall'),
      attributes: words(
        'ai.operationId ai.prompt.messages ai.prompt.tools ai.response.text ai.response.object ai.response.toolCalls ai.toolCall.name ai.toolCall.id ai.toolCall.args ai.toolCall.result gen_ai.operation.name gen_ai.output.messages ai.telemetry.functionId',
      ),
    },
  ],
  [
    'MCP',
    mcp,
    {
      logs: words('anything'),
      spans: words('tools/call'),
      attributes: words(
        'mcp.method.name mcp.session.id jsonrpc.request.id server.address mcp.resource.uri gen_ai.prompt.name gen_ai.tool.name gen_ai.tool.call.arguments gen_ai.tool.call.result error.type',
      ),
    },
  ],
]

const KEYS = words(
  'role parts text content type name args arguments command cmd full_command functionCall functionResponse response output id candidates mcp_server_name mcp_tool_name message messages kwargs function tool_calls toolUse toolResult input value generations choices contents parameters inputSchema outputs prompt system tool_use_id tool_call_id data json image __proto__ constructor',
)

/** Values of any shape with the names that mappers look for, as structures and as JSON text, complete and truncated. */
const { value } = fc.letrec<{ value: AttributeValue; json: fc.JsonValue }>((tie) => {
  const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ unit: 'binary', maxLength: 6 }))
  const json = fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom(
        '',
        'user',
        'system',
        'assistant',
        'tool',
        'text',
        'reasoning',
        'tool_call',
        'tool_result',
        'uri',
        'bash',
        null,
      ),
      fc.string(),
      fc.double(),
    ),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 5 }),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'Bash', 'bash', 'mcp__a__b', '<REDACTED>', 'chat', 'execute_tool', 'invoke_agent', 'reject'),
    fc.constantFrom('LLM', 'TOOL', 'RETRIEVER', 'GUARDRAIL', 'AGENT', 'workflow', 'tool', 'llm', 'strands-agents'),
    fc.constantFrom('ai.toolCall', 'ai.streamText.doStream', 'tools/call', 'resources/read', 'retrieval'),
    fc.constantFrom('CHAIN', 'model_generation', 'agent_run', 'task', 'application/json'),
    fc.tuple(json, fc.nat(3)).map(([one, cut]) => {
      const whole = JSON.stringify(one)
      return cut === 0 ? whole.slice(0, -1) : whole
    }),
    fc.nat(20_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  )
  return {
    json: json as fc.Arbitrary<fc.JsonValue>,
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.oneof(fc.double(), fc.bigInt(), fc.boolean(), fc.uint8Array({ maxLength: 8 })),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: false }),
    ) as fc.Arbitrary<AttributeValue>,
  }
})

const lengthOf = (sent: AttributeValue): number => {
  if (typeof sent !== 'object') return String(sent).length
  if (sent instanceof Uint8Array || Array.isArray(sent)) {
    return [...(sent as readonly AttributeValue[])].reduce<number>((sum, one) => sum + lengthOf(one) + 4, 2)
  }
  return Object.entries(sent).reduce((sum, [name, one]) => sum + name.length + lengthOf(one) + 6, 2)
}

/** A control character takes six characters in JSON. */
const ESCAPED = 6
const ROOM = 500

/** Describes what is wrong with an entry. Null if it is valid. */
function faultOf({ payload, attributes }: MappedEntry, most: number): string | null {
  if (payload.type === 'json') JSON.parse(payload.text)
  if (payload.text.length > most) return `${payload.text.length} characters of at most ${most}`
  const nested = Object.entries(attributes).find(([, kept]) => !['string', 'number', 'boolean'].includes(typeof kept))
  return nested === undefined ? null : `${nested[0]} is no text, number or boolean`
}

describe.each(SOURCES)('%s with attributes of any kind', (_name, mapper, { logs, spans, attributes }) => {
  const sent = fc.dictionary(fc.constantFrom(...attributes), value, { noNullPrototype: true })
  const most = (given: Readonly<Record<string, AttributeValue>>) => ESCAPED * lengthOf(given) + ROOM

  test('gives entries with flat attributes, and no more text than was sent', () => {
    fc.assert(
      fc.property(fc.constantFrom(...logs), fc.constantFrom(...spans), sent, sent, (event, name, given, inEvent) => {
        const span = aSpan(name, { attributes: given, events: EVENTS.map((of) => anEvent(of, inEvent)) })
        const entries = [...mapper.log(aLog(event, { attributes: given })), ...mapper.span(span)]
        const faults = entries.map((entry) => faultOf(entry, most(given) + most(inEvent)))
        expect(faults.filter((fault) => fault !== null)).toEqual([])
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})
