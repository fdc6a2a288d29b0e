import type { Span } from '../../../otlp/telemetry.ts'
import { textAt } from '../../../mappers/entries.ts'
import { eventBody, spanEvents } from '../../../mappers/messages/generations.ts'
import { definitionsOf, systemOf } from '../../../mappers/messages/messages.ts'
import { answerOf } from '../../../mappers/messages/parts.ts'
import { decoded, member, structured } from '../../../mappers/messages/value.ts'
import type { Framework } from './framework.ts'

const AGENTS = 'strands-agents'
/** The JavaScript SDK sends the service's name instead of `strands-agents`, so it needs other marks. */
const MARKS = ['gen_ai.event.start_time', 'event_loop.cycle_id', 'agent_loop.cycle_id']

/** Strands Agents: content is in span events. */
export const strands: Framework = {
  claims: ({ attributes }) =>
    textAt(attributes, 'gen_ai.system') === AGENTS ||
    textAt(attributes, 'gen_ai.provider.name') === AGENTS ||
    MARKS.some((mark) => attributes.has(mark)),
  work: ({ attributes }) => {
    const operation = textAt(attributes, 'gen_ai.operation.name')
    // A cycle repeats the calls within it.
    if (operation === null) return 'nothing'
    return operation.startsWith('invoke_') ? 'agent' : null
  },
  toolRun,
  declared: ({ attributes }) => ({
    system: systemOf(decoded(attributes.get('system_prompt') ?? attributes.get('gen_ai.agent.system_prompt'))),
    definitions: definitionsOf(attributes.get('gen_ai.tool.definitions')),
  }),
}

/** In this framework `gen_ai.tool.message` is the tool's input, not its result. */
function toolRun(span: Span) {
  const input = span.events.find(({ name }) => name === 'gen_ai.tool.message')
  const output = span.events.find(({ name }) => name === 'gen_ai.choice')
  if (input !== undefined || output !== undefined) {
    return {
      args: input && structured(member(eventBody(input), 'content')),
      result: output && answerOf(structured(member(eventBody(output), 'message'))),
    }
  }
  const conversation = spanEvents(span)
  if (conversation === null) return null
  const parts = [...conversation.input, ...conversation.output].flatMap((message) => message.parts)
  return {
    args: parts.find((part) => part.type === 'call')?.args,
    result: parts.find((part) => part.type === 'result')?.content,
  }
}
