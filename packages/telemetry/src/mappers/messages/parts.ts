import { jsonText, valueOf, type JsonLike, type JsonObject } from '../json.ts'
import type { CallPart, Part, ResultPart, Role, TextPart } from './message.ts'
import { firstMember, isArray, isObject, member, onlyOf, textMember } from './value.ts'

type Block = Part | 'reasoning'

/**
 * The parts of a message's content: a text, or blocks in the shape of any dialect. An unknown block becomes a text, so
 * that it is judged.
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
  // Only a model reasons and calls tools. From anyone else, such a block would hide its content from rules.
  const isFit =
    known !== null && known !== 'reasoning' && !(known.type === 'call' && (role === 'user' || role === 'system'))
  return [isFit ? known : text(jsonText(block))]
}

/**
 * The block type, besides text, that each role can serialize into text. Anyone can write text that looks like blocks.
 */
const IN_TEXT: Readonly<Record<Role, Part['type'] | null>> = {
  system: null,
  user: 'result',
  assistant: 'call',
  tool: 'result',
}

const LISTS_OBJECTS = /^\s*\[\s*\{/

/** Blocks that a dialect serialized into its text; null for any other text, JSON or not. */
function blocksInText(content: string, role: Role): readonly Part[] | null {
  const value = LISTS_OBJECTS.test(content) ? valueOf(content) : undefined
  if (!isArray(value) || value.length === 0) return null
  const parts = value.map((block) => {
    const known = isObject(block) ? blockOf(block) : null
    // Keep reasoning as text: a forged block must not hide it.
    return known === 'reasoning' ? text(textMember(block, 'content', 'text', 'thinking') ?? jsonText(block)) : known
  })
  const isFit = (part: Part | null): part is Part => part?.type === 'text' || part?.type === IN_TEXT[role]
  return parts.every(isFit) ? parts : null
}

const text = (content: string): TextPart => ({ type: 'text', text: content })

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

/** By the member that identifies a block without a `type`. */
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

/** Null for an unknown block. */
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
  const content = textMember(block, 'content', 'text', 'refusal')
  if (content !== null) return text(content)
  const isEmpty = textMember(block, 'type') !== null && (firstMember(block, ['content', 'text']) ?? '') === ''
  return isEmpty ? text('') : null
}

/** A call in any dialect, also with name and arguments nested in `function`; null if it has neither. */
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

/** Unwraps a tool's result from `{type, value}`, `[{json}]`, or text blocks. Returns any other value unchanged. */
export function answerOf(answer: JsonLike | undefined): JsonLike {
  if (answer === undefined) return ''
  if (isObject(answer)) return hasOnly(answer, VALUE) ? (answer['value'] ?? answer) : answer
  if (!isArray(answer) || answer.length === 0) return answer
  const json = answer.length === 1 ? onlyOf(answer[0], 'json') : undefined
  if (json !== undefined) return json
  const texts = answer.map((block) => (isObject(block) && hasOnly(block, TEXT) ? textIn(block) : null))
  return texts.every((one) => one !== null) ? texts.join('\n') : answer
}

const VALUE = new Set(['type', 'value', 'providerOptions'])
const TEXT = new Set(['type', 'text', 'content', 'annotations', 'cache_control', 'citations', 'id', '_meta'])

const hasOnly = (object: JsonObject, names: ReadonlySet<string>) => Object.keys(object).every((name) => names.has(name))

/** Gemini accepts only objects as responses, so a text arrives wrapped in `output` or `result`. */
export function onlyMember(response: JsonLike | undefined): JsonLike {
  const [only, ...others] = isObject(response) ? Object.entries(response) : []
  const isWrapped = only !== undefined && others.length === 0 && (only[0] === 'output' || only[0] === 'result')
  return (isWrapped ? only[1] : response) ?? ''
}

function textIn(block: JsonLike): string | null {
  const known = blockOf(block)
  return known !== null && known !== 'reasoning' && known.type === 'text' ? known.text : null
}

/** A placeholder with the media type, or with the name or address of the media; null if the block has neither. */
function mediaBlock(block: JsonLike): TextPart | null {
  const inner = firstMember(block, ['image_url', 'image', 'source', 'file', 'input_audio']) ?? block
  // A document can be a text.
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

/** The address that some dialects send in place of the bytes. */
function nameIn(media: JsonLike): string | null {
  if (isObject(media)) return textMember(media, ...MEDIA_NAMES) ?? nameIn(member(media, 'data') ?? null)
  return typeof media === 'string' && !BASE64.test(media) ? media : null
}

const BASE64 = /^[\w+/\r\n-]*={0,2}$/
const MEDIA_NAMES = ['uri', 'url', 'file_uri', 'fileUri', 'file_id', 'file_url']
const MEDIA_TYPES = ['mime_type', 'mimeType', 'media_type', 'mediaType', 'format']
