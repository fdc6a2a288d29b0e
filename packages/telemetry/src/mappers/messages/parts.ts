import { jsonText, valueOf, type JsonLike, type JsonObject } from '../json.ts'
import type { CallPart, Part, ResultPart, Role, TextPart } from './message.ts'
import { firstMember, isArray, isObject, member, onlyOf, textMember } from './value.ts'

type Block = Part | 'reasoning'

/**
 * The parts of a message's content: a text, or blocks under the names that any of the dialects gives them. What is no
 * block that we know becomes a text, so that it is judged.
 */
export function partsOf(content: JsonLike | undefined, role: Role): readonly Part[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return blocksInText(content, role) ?? [text(content)]
  return (isArray(content) ? content : [content]).flatMap((block) => partOf(block, role))
}

function partOf(block: JsonLike, role: Role): readonly Part[] {
  if (typeof block === 'string') return block === '' ? [] : [text(block)]
  const known = blockOf(block)
  if (known === 'reasoning' && role === 'assistant') return []
  // Only a model reasons and calls: from anybody else such a block would hide what it holds.
  const isFit =
    known !== null && known !== 'reasoning' && !(known.type === 'call' && (role === 'user' || role === 'system'))
  return [isFit ? known : text(jsonText(block))]
}

/** What may stand in a text beside text. Anybody can write a text that looks like blocks. */
const IN_TEXT: Readonly<Record<Role, Part['type'] | null>> = {
  system: null,
  user: 'result',
  assistant: 'call',
  tool: 'result',
}

const LISTS_OBJECTS = /^\s*\[\s*\{/

/** Blocks that a dialect serialised into its text; null where the text is some other text, JSON or not. */
function blocksInText(content: string, role: Role): readonly Part[] | null {
  const value = LISTS_OBJECTS.test(content) ? valueOf(content) : undefined
  if (!isArray(value) || value.length === 0) return null
  const parts = value.map((block) => {
    const known = isObject(block) ? blockOf(block) : null
    // Nothing in it is passed over.
    return known === 'reasoning' ? text(textMember(block, 'content', 'text', 'thinking') ?? jsonText(block)) : known
  })
  const isFit = (part: Part | null): part is Part => part?.type === 'text' || part?.type === IN_TEXT[role]
  return parts.every(isFit) ? parts : null
}

const text = (said: string): TextPart => ({ type: 'text', text: said })

type ReadBlock = (block: JsonLike) => Block | null

/** By the block's `type`. */
const TYPED = new Map<string, ReadBlock>([
  ...named('text input_text output_text refusal', textBlock),
  ...named('reasoning thinking redacted_thinking text_reasoning', () => 'reasoning'),
  ...named('tool_call tool_use tool-call toolUse function_call server_tool_use mcp_tool_use', callOf),
  ...named('tool_call_response function_result', (block) =>
    resultOf(block, firstMember(block, ['response', 'result']) ?? ''),
  ),
  ...named('tool_result tool-result toolResult function_call_output', wrappedResult),
  ...named('blob image image_url image-url input_image audio input_audio audio-url video video-url', mediaBlock),
  ...named('binary data document document-url file input_file media uri', mediaBlock),
])

/** By the one member that says what the block is, where it has no `type`. */
const UNTYPED = new Map<string, ReadBlock>([
  ...named('functionCall function_call toolUse', callOf),
  ...named('functionResponse function_response', (inner) => resultOf(inner, onlyMember(member(inner, 'response')))),
  ...named('toolResult', wrappedResult),
  ...named('inlineData inline_data fileData file_data image document video', mediaBlock),
  ...named('reasoningContent', () => 'reasoning'),
])

function named(types: string, read: ReadBlock): readonly (readonly [string, ReadBlock])[] {
  return types.split(' ').map((type) => [type, read])
}

/** Null where it is no block that we know. */
export function blockOf(block: JsonLike): Block | null {
  const type = textMember(block, 'type')
  if (type !== null) return TYPED.get(type)?.(block) ?? null
  if (!isObject(block)) return null
  for (const [name, read] of UNTYPED) {
    const inner = member(block, name)
    if (inner !== undefined && inner !== null) return read(inner)
  }
  return member(block, 'thought') === true ? 'reasoning' : textBlock(block)
}

function textBlock(block: JsonLike): TextPart | null {
  const said = textMember(block, 'content', 'text', 'refusal')
  if (said !== null) return text(said)
  const isEmpty = textMember(block, 'type') !== null && (firstMember(block, ['content', 'text']) ?? '') === ''
  return isEmpty ? text('') : null
}

/** A call in any dialect, also with its name and arguments in a `function` of its own; null where it has neither. */
export function callOf(call: JsonLike): CallPart | null {
  const inner = firstMember(call, ['function', 'tool_call']) ?? call
  const of = isObject(member(inner, 'function')) ? member(inner, 'function') : inner
  const name = textMember(of, 'name', 'toolName')
  const args = firstMember(of, ['arguments', 'input', 'args'])
  if (name === null && args === undefined) return null
  const id = textMember(call, ...CALL_IDS) ?? textMember(inner, ...CALL_IDS)
  return { type: 'call', id, name: name ?? 'unknown', args }
}

const CALL_IDS = ['tool_use_id', 'tool_call_id', 'toolCallId', 'toolUseId', 'call_id', 'id']

function wrappedResult(block: JsonLike): ResultPart {
  return resultOf(block, answerOf(firstMember(block, ['output', 'result', 'content'])))
}

function resultOf(block: JsonLike, content: JsonLike): ResultPart {
  return {
    type: 'result',
    id: textMember(block, ...CALL_IDS),
    name: textMember(block, 'name', 'toolName', 'tool_name'),
    content,
  }
}

/** A tool's answer out of what a dialect wraps it in: `{type, value}`, `[{json}]`, or blocks of text. Any other is its own. */
export function answerOf(answer: JsonLike | undefined): JsonLike {
  if (answer === undefined) return ''
  if (isObject(answer)) return hasOnly(answer, VALUE) ? (answer['value'] ?? answer) : answer
  if (!isArray(answer) || answer.length === 0) return answer
  const json = answer.length === 1 ? onlyOf(answer[0], 'json') : undefined
  if (json !== undefined) return json
  const texts = answer.map((block) => (isObject(block) && hasOnly(block, TEXT) ? textIn(block) : null))
  return texts.every((said) => said !== null) ? texts.join('\n') : answer
}

const VALUE = new Set(['type', 'value', 'providerOptions'])
const TEXT = new Set(['type', 'text', 'content', 'annotations', 'cache_control', 'citations', 'id', '_meta'])

const hasOnly = (object: JsonObject, names: ReadonlySet<string>) => Object.keys(object).every((name) => names.has(name))

/** A text has to be put into an object before Gemini takes it as a response. */
export function onlyMember(response: JsonLike | undefined): JsonLike {
  const [only, ...others] = isObject(response) ? Object.entries(response) : []
  const isWrapped = only !== undefined && others.length === 0 && (only[0] === 'output' || only[0] === 'result')
  return (isWrapped ? only[1] : response) ?? ''
}

function textIn(block: JsonLike): string | null {
  const known = blockOf(block)
  return known !== null && known !== 'reasoning' && known.type === 'text' ? known.text : null
}

/** Says that there was something, and of what type; where it is only named, its name; null where nothing says so. */
function mediaBlock(block: JsonLike): TextPart | null {
  const inner = firstMember(block, ['image_url', 'image', 'source', 'file', 'input_audio']) ?? block
  // A document may be a text.
  const written = textMember(inner, 'type') === 'text' ? textMember(inner, 'data', 'text') : null
  if (written !== null) return text(written)
  const name = nameIn(inner)
  const type = textMember(block, 'type')
  if (name !== null && !name.startsWith('data:')) return text(`[${type === 'file' ? 'file' : 'uri'} ${name}]`)
  const ofUrl = name === null ? null : (/^data:([^;,]{1,100})/.exec(name)?.[1] ?? null)
  const ofType = type !== null && /^(?:blob|binary|(?:input_)?(?:image|audio)|video)/.test(type) ? type : null
  const media = textMember(inner, ...MEDIA_TYPES) ?? ofUrl ?? textMember(block, ...MEDIA_TYPES, 'modality') ?? ofType
  return media === null ? null : text(`[blob ${media}]`)
}

/** In place of the bytes there may be an address. */
function nameIn(media: JsonLike): string | null {
  if (isObject(media)) return textMember(media, ...MEDIA_NAMES) ?? nameIn(member(media, 'data') ?? null)
  return typeof media === 'string' && !BASE64.test(media) ? media : null
}

const BASE64 = /^[\w+/\r\n-]*={0,2}$/
const MEDIA_NAMES = ['uri', 'url', 'file_uri', 'fileUri', 'file_id', 'file_url']
const MEDIA_TYPES = ['mime_type', 'mimeType', 'media_type', 'mediaType', 'format']
