import type { Span } from '../../otlp/telemetry.ts'
import { textAt } from '../entries.ts'
import { eventBody, spanEvents } from '../messages/generations.ts'
import { definitionsOf, systemOf } from '../messages/messages.ts'
import { answerOf } from '../messages/parts.ts'
import { decoded, member, structured } from '../messages/value.ts'
import type { Framework } from './framework.ts'

const AGENTS = 'strands-agents'
/** In JavaScript the agents go by the name of the service. */
const MARKS = ['gen_ai.event.start_time', 'event_loop.cycle_id', 'agent_loop.cycle_id']

/** Strands Agents: what is said stands in events of the spans. */
export const strands: Framework = {
  sent: ({ attributes }) =>
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

/** `gen_ai.tool.message` is the input of the tool here, and not its answer. */
function toolRun(span: Span) {
  const input = span.events.find(({ name }) => name === 'gen_ai.tool.message')
  const output = span.events.find(({ name }) => name === 'gen_ai.choice')
  if (input !== undefined || output !== undefined) {
    return {
      args: input && structured(member(eventBody(input), 'content')),
      result: output && answerOf(structured(member(eventBody(output), 'message'))),
    }
  }
  const told = spanEvents(span)
  if (told === null) return null
  const parts = [...told.input, ...told.output].flatMap((message) => message.parts)
  return {
    args: parts.find((part) => part.type === 'call')?.args,
    result: parts.find((part) => part.type === 'result')?.content,
  }
}
