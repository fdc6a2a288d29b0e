import type { Span } from '../../otlp/telemetry.ts'
import { rootMessages } from '../conversation.ts'
import { textAt } from '../entries.ts'
import type { Exchange } from '../exchange.ts'
import { jsonText, type JsonLike } from '../json.ts'
import type { Conversation, Message, Role } from '../messages/message.ts'
import { definitionsOf, messagesOf, systemOf } from '../messages/messages.ts'
import { answerIn, askedIn } from '../messages/state.ts'
import { toolMessageIn } from '../messages/tool-message.ts'
import { firstMember, isArray, isObject, member, onlyOf, structured, textMember } from '../messages/value.ts'
import type { Framework, Work } from './framework.ts'

/** LangChain and LangGraph by LangSmith: the whole input of a run as JSON in `gen_ai.prompt`, its output in `gen_ai.completion`. */
export const langSmith: Framework = {
  sent: ({ attributes }) => attributes.has('langsmith.span.kind'),
  work: ({ attributes }) => WORK.get(textAt(attributes, 'langsmith.span.kind') ?? '') ?? 'agent',
  conversation,
  toolRun,
  root,
}

/** Of the kinds that are not here (chains and what an application named itself) the root one is told. */
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
    input: saidIn(asked, firstMember(asked, ['messages', 'input']), 'user'),
    output: saidIn(answer, answersIn(answer), 'assistant'),
  }
}

/** Where there are no messages, the run itself is what was said. */
function saidIn(run: JsonLike | undefined, messages: JsonLike | undefined, role: Role): readonly Message[] {
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

function root(of: Exchange, span: Span) {
  const asked = inputOf(span)
  return rootMessages(of, askedIn(onlyOf(asked, 'input') ?? asked), answerIn(answeredIn(outputOf(span))))
}

/** What is no object itself stands in one. */
const answeredIn = (answer: JsonLike | undefined) => onlyOf(answer, 'output') ?? onlyOf(answer, 'outputs') ?? answer
