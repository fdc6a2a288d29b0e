import type { Span } from '../../../otlp/telemetry.ts'
import { rootMessages } from '../../../mappers/conversation.ts'
import { textAt } from '../../../mappers/entries.ts'
import type { Exchange } from '../../../mappers/exchange.ts'
import { jsonText, type JsonLike } from '../../../mappers/json.ts'
import type { Conversation, Message, Role } from '../../../mappers/messages/message.ts'
import { definitionsOf, messagesOf, systemOf } from '../../../mappers/messages/messages.ts'
import { answerIn, askedIn } from '../../../mappers/messages/state.ts'
import { toolMessageIn } from '../../../mappers/messages/tool-message.ts'
import {
  firstMember,
  isArray,
  isObject,
  member,
  onlyOf,
  structured,
  textMember,
} from '../../../mappers/messages/value.ts'
import type { Framework, Work } from './framework.ts'

/**
 * LangChain and LangGraph through LangSmith: a run as JSON, its input in `gen_ai.prompt`, output in
 * `gen_ai.completion`.
 */
export const langSmith: Framework = {
  claims: ({ attributes }) => attributes.has('langsmith.span.kind'),
  work: ({ attributes }) => WORK.get(textAt(attributes, 'langsmith.span.kind') ?? '') ?? 'agent',
  conversation,
  toolRun,
  root,
}

/** Other kinds (chains, and an application's own) count as agents, so only their root span makes entries. */
const WORK: ReadonlyMap<string, Work> = new Map([
  ['llm', 'model'],
  ['tool', 'tool'],
  ['retriever', 'tool'],
  ['embedding', 'nothing'],
  ['prompt', 'nothing'],
  ['parser', 'nothing'],
])

const inputOf = ({ attributes }: Span) => structured(attributes.get('gen_ai.prompt'))
const outputOf = ({ attributes }: Span) => structured(attributes.get('gen_ai.completion'))

function conversation(span: Span): Conversation | null {
  const asked = inputOf(span)
  const answer = outputOf(span)
  if (asked === undefined && answer === undefined) return null
  return {
    system: systemOf(firstMember(asked, ['instructions', 'system'])),
    definitions: definitionsOf(member(asked, 'tools')),
    input: messagesIn(asked, firstMember(asked, ['messages', 'input']), 'user'),
    output: messagesIn(answer, answersIn(answer), 'assistant'),
  }
}

/** Without messages, the whole run becomes one text. */
function messagesIn(run: JsonLike | undefined, messages: JsonLike | undefined, role: Role): readonly Message[] {
  const found = messagesOf(messages, role)
  if (found.length > 0 || run === undefined) return found
  return [{ role, parts: [{ type: 'text', text: typeof run === 'string' ? run : jsonText(run) }] }]
}

/** `{choices}` of OpenAI's client, `{generations}` of LangChain, or the message itself. */
function answersIn(answer: JsonLike | undefined): JsonLike | undefined {
  if (!isObject(answer)) return undefined
  const listed = firstMember(answer, ['choices', 'generations', 'messages', 'message', 'output'])
  return listed ?? (member(answer, 'content') === undefined ? undefined : answer)
}

function toolRun(span: Span) {
  const answer = outputOf(span)
  const message = toolMessageIn(answer)
  const output = answeredIn(answer)
  const isRetriever = textAt(span.attributes, 'langsmith.span.kind') === 'retriever'
  const documents = onlyOf(answer, 'documents') ?? (isRetriever ? output : undefined)
  return {
    name: textAt(span.attributes, 'langsmith.trace.name') ?? span.name,
    callId: message?.callId ?? null,
    args: inputOf(span),
    result: message?.content ?? (isArray(documents) ? documents.map(contentOf) : output),
  }
}

const contentOf = (document: JsonLike) =>
  textMember(firstMember(document, ['kwargs']) ?? document, 'page_content', 'content') ?? document

function root(exchange: Exchange, span: Span) {
  const asked = inputOf(span)
  return rootMessages(exchange, askedIn(onlyOf(asked, 'input') ?? asked), answerIn(answeredIn(outputOf(span))))
}

/** An output that is not an object is wrapped in one. */
const answeredIn = (answer: JsonLike | undefined) => onlyOf(answer, 'output') ?? onlyOf(answer, 'outputs') ?? answer
