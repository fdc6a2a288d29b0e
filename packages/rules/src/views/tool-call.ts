import { copied, NOTHING, picked, slice, type Pick } from './view-text.ts'
import type { Entry } from '../entry.ts'
import { JsonTextError, leaves, sourcePositions, type Leaf } from '@sentinelmesh/text/json-text'
import { LIMITS } from '../limits.ts'
import type { EventLeaf } from '../match/event.ts'
import type { ViewText } from '../match/view.ts'

/** A tool call, in a form independent of the agent. */
export interface ToolCall {
  /** Without its server, only letters and digits: `readfile` for `read_file`, `readFile` and `mcp.fs/read_file`. */
  readonly name: string
  readonly nameText: ViewText | null
  /** The name as in the entry, with its server. */
  readonly calledAs: string
  readonly isShellCommand: boolean
  /** In the order of the entry. */
  readonly given: readonly Argument[]
  /** The program name of a known agent. */
  readonly agent: string
  attribute(...names: readonly string[]): ViewText | null
}

export interface Argument {
  /** The last name on the path to it; empty if the arguments are one text. */
  readonly name: string
  /** Whether it is one of several in a list. */
  readonly isElement: boolean
  readonly text: ViewText
}

/** Null if the entry has no tool name and arguments. */
export function readToolCall(entry: Entry): ToolCall | null {
  try {
    return read(entry)
  } catch (error) {
    if (error instanceof JsonTextError) return null
    throw error
  }
}

function read({ payload, context, receiver, attributes, logsource }: Entry): ToolCall {
  const attributeLeaves = attributes === null ? [] : leavesOf(attributes)
  const attribute = (...names: readonly string[]) => {
    for (const name of names) {
      const found = attributeLeaves.find(({ path, type, text }) => path === name && type === 'string' && text !== '')
      if (found !== undefined) return copied(eventLeaf(found, 'attributes'))
    }
    return null
  }
  const call = payload.type === 'json' ? callInJson(payload.text) : callInText(payload.text)
  const nameText =
    call.name ?? attribute('tool.name', 'gen_ai.tool.name') ?? (receiver === null ? null : plain('receiver', receiver))
  return {
    name: plainName(nameText?.text ?? ''),
    nameText: nameText && bareName(nameText),
    calledAs: `${nameText?.text ?? ''} ${receiver ?? ''}`.slice(0, NAME_CHARS * 2),
    isShellCommand: context === 'shell_command',
    given: call.given,
    agent: AGENTS.get(logsource.service ?? '') ?? 'agent',
    attribute,
  }
}

const AGENTS: ReadonlyMap<string, string> = new Map([
  ['claude_code', 'claude'],
  ['codex', 'codex'],
  ['gemini_cli', 'gemini'],
  ['copilot', 'copilot'],
])

/** `read_file` for `mcp.fs/read_file`, `mcp__fs__read_file` and `tool.read_file`. */
function bareName(name: ViewText): ViewText {
  const { text } = name
  const start = Math.max(text.lastIndexOf('/') + 1, text.startsWith('mcp__') ? text.lastIndexOf('__') + 2 : 0)
  return slice(name, start === 0 && text.startsWith('tool.') ? 'tool.'.length : start, text.length)
}

/** No known tool has a longer name. */
const NAME_CHARS = 128
const plainName = (name: string) =>
  bareName({ text: name.slice(-NAME_CHARS), pieces: [] })
    .text.toLowerCase()
    .replaceAll(/[^a-z\d]/g, '')

type NamedCall = { readonly name: ViewText | null; readonly given: readonly Argument[] }

/** Many agents report a call as the text of a JSON object. Other text is the only argument. */
function callInText(text: string): NamedCall {
  const source = plain('payload', text)
  const members = /^\s*\{/.test(text) ? membersOf(text) : []
  if (members.length === 0) return { name: null, given: [{ name: '', isElement: false, text: source }] }
  return callOf(members, (leaf) => unescaped(source, leaf))
}

function membersOf(text: string): readonly Leaf[] {
  try {
    return leavesOf(text)
  } catch (error) {
    if (error instanceof JsonTextError) return []
    throw error
  }
}

const NAMES = new Set(['name', 'tool', 'tool_name'])
/** The names that agents use for the arguments of a tool. */
const ARGUMENTS = ['arguments', 'args', 'input', 'parameters', 'tool_input']

const callInJson = (json: string): NamedCall => callOf(leavesOf(json), (leaf) => copied(eventLeaf(leaf, 'payload')))

function callOf(all: readonly Leaf[], textOf: (leaf: Leaf) => ViewText): NamedCall {
  const name = all.find(({ path, type }) => type === 'string' && NAMES.has(path))
  const isBelow = (path: string, parent: string) => path === parent || path.startsWith(`${parent}.`)
  const parent = ARGUMENTS.find((one) => all.some(({ path }) => isBelow(path, one)))
  const below =
    parent === undefined ? all.filter((leaf) => leaf !== name) : all.filter(({ path }) => isBelow(path, parent))
  const prefix = parent === undefined ? 0 : parent.length + 1
  return {
    name: name === undefined ? null : textOf(name),
    given: below.flatMap((leaf): readonly Argument[] => {
      if (leaf.type !== 'string') return []
      const text = textOf(leaf)
      const path = leaf.path.slice(prefix)
      return path === '' && /^\s*[[{]/.test(leaf.text) ? argumentsIn(text) : [argumentOf(leaf, path, text)]
    }),
  }
}

function argumentOf({ pointer }: Leaf, path: string, text: ViewText): Argument {
  const name = path.slice(path.lastIndexOf('.') + 1)
  return { name, isElement: /\/\d+$/.test(pointer) && !/^\d+$/.test(name), text }
}

/** Parses arguments that were sent as JSON text. */
function argumentsIn(source: ViewText): readonly Argument[] {
  try {
    return leaves(source.text, { depth: LIMITS.jsonDepth })
      .filter(({ type }) => type === 'string')
      .map((leaf) => argumentOf(leaf, leaf.path, unescaped(source, leaf)))
  } catch (error) {
    if (error instanceof JsonTextError) return [{ name: '', isElement: false, text: source }]
    throw error
  }
}

/** The value of a JSON string within another text. */
function unescaped(source: ViewText, { text, start, end }: Leaf): ViewText {
  if (end - start - 2 === text.length) return slice(source, start + 1, end - 1)
  const places = sourcePositions(
    source.text,
    start,
    Array.from({ length: text.length + 1 }, (_, offset) => offset),
  )
  const placeOf = (offset: number) => places[offset] ?? end - 1
  const parts: Pick[] = []
  for (let offset = 0; offset < text.length;) {
    let to = offset
    while (to < text.length && placeOf(to + 1) === placeOf(to) + 1) to++
    if (to > offset) parts.push({ start: placeOf(offset), end: placeOf(to) })
    else parts.push({ start: placeOf(to), end: placeOf(to + 1), as: text.charAt(to++) })
    offset = to
  }
  return picked(source, parts)
}

/** The fields of an entry that its views have, too. */
export function entryFields(entry: Entry): ReadonlyMap<string, ViewText> {
  const fields = new Map<string, ViewText>()
  for (const name of ['sender', 'receiver', 'session', 'context'] as const) {
    const value = entry[name]
    if (value !== null && value !== '') fields.set(name, plain(name, value))
  }
  return fields
}

/**
 * The texts of a payload: the values in JSON, also in JSON that was sent as text, or the text itself. A value that is
 * one short word says nothing.
 */
export function textsOf({ payload }: Entry): readonly ViewText[] {
  const strings = (all: readonly Leaf[]) =>
    all.filter(({ type, text }) => type === 'string' && (text.length >= WORD_CHARS || /\s/.test(text)))
  if (payload.type === 'json') return strings(membersOf(payload.text)).map((leaf) => copied(eventLeaf(leaf, 'payload')))
  const source = plain('payload', payload.text)
  const members = /^\s*[{[]/.test(payload.text) ? membersOf(payload.text) : []
  return members.length === 0 ? [source] : strings(members).map((leaf) => unescaped(source, leaf))
}

/** Finds the leaf of the payload that begins at a place of its JSON, or the whole payload for -1. */
export function payloadLeaves({ payload }: Entry): (start: number) => ViewText | undefined {
  if (payload.type === 'text') {
    const whole = plain('payload', payload.text)
    return () => whole
  }
  const byStart = new Map(membersOf(payload.text).map((leaf) => [leaf.start, leaf]))
  return (start) => {
    const leaf = byStart.get(start)
    return leaf && copied(eventLeaf(leaf, 'payload'))
  }
}

/** A longer word may be a text in disguise. */
const WORD_CHARS = 16

const leavesOf = (json: string) => leaves(json, { depth: LIMITS.jsonDepth })

const ATTRIBUTES_BASE = 2 ** 29

function eventLeaf({ text, type, start, end, pointer }: Leaf, field: string): EventLeaf {
  // Bases must not overlap, as in any event.
  const base = field === 'attributes' ? start + ATTRIBUTES_BASE : start
  return { field, text, type, start, end, pointers: () => pointer, base, slot: -1, root: -1, folded: null }
}

function plain(field: string, text: string): ViewText {
  if (text === '') return NOTHING
  const place = { pointers: null, start: -1, end: -1, base: field === 'receiver' ? -1 : 0, slot: -1, root: -1 }
  return copied({ field, text, type: 'string', ...place, folded: null })
}

/** The values of the arguments with these names, in the order of the call. */
export function valuesOf({ given }: ToolCall, names: ReadonlySet<string>): readonly ViewText[] {
  return given.filter(({ name, text }) => names.has(name) && text.text !== '').map(({ text }) => text)
}
