import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { DEFINITION_MEMBERS, onlyMembers } from '@sentinelmesh/telemetry'
import { LIMITS } from './limits.ts'
import { elementTexts, isObject, memberText, nameIn, withMember, type Message } from './message.ts'
import type { Pending } from './pairs.ts'
import { NOTHING, type Definition, type Said } from './said.ts'
import type { Teller } from './teller.ts'

export interface ListMemory {
  /** What the server says of itself, as attributes. */
  readonly about: { info: Readonly<Record<string, string>> }
  /** Names of lists of which more pages are to come, by kind and cursor of the next one. */
  readonly lists: Map<string, readonly string[]>
}

/** Reads what a server says that it has. */
export interface DefinitionReader {
  /** What it answers to a client that connects. */
  greeting(method: string, message: Message, result: string): Said
  /** What it answers where it was asked for a list; nothing for other answers. */
  list(pending: Pending, message: Message, result: string): Said
}

const LISTS: Readonly<Record<string, { readonly kind: 'tool' | 'prompt'; readonly member: string }>> = {
  'tools/list': { kind: 'tool', member: 'tools' },
  'prompts/list': { kind: 'prompt', member: 'prompts' },
}

export function definitionReader(tell: Teller, { about, lists }: ListMemory): DefinitionReader {
  function greeting(method: string, message: Message, result: string): Said {
    const value = message.value['result'] as Record<string, unknown>
    about.info = infoOf(value) ?? about.info
    const withoutInstructions = Object.fromEntries(
      ['protocolVersion', 'supportedVersions', 'serverInfo', 'capabilities'].flatMap((name) => {
        const text = memberText(result, name)
        return text === undefined ? [] : [[name, new RawJson(text)]]
      }),
    )
    const connected = tell.entry({
      kind: 'system',
      context: 'connect',
      payload: jsonPayload({ method, ...withoutInstructions }),
      from: 'server',
      method,
      oncePerSession: '',
    })
    const { instructions } = value
    if (typeof instructions !== 'string') return { ...NOTHING, entries: [connected] }
    const entry = tell.entry({
      kind: 'tool_definition',
      context: 'server_instructions',
      payload: { type: 'text', text: instructions },
      from: 'server',
      method,
      oncePerSession: '',
    })
    const definition = { kind: 'instructions', name: '', entry } as const
    return {
      ...NOTHING,
      entries: [connected],
      definitions: [definition],
      withhold(sentences) {
        const sentence = JSON.stringify(sentences.get(definition) ?? instructions)
        return withMember(message.text, 'result', withMember(result, 'instructions', sentence))
      },
    }
  }

  function list(pending: Pending, message: Message, result: string): Said {
    const sort = Object.hasOwn(LISTS, pending.method) ? LISTS[pending.method] : undefined
    if (sort === undefined) return NOTHING
    const { kind, member } = sort
    const text = memberText(result, member)
    const items = (text?.startsWith('[') ? elementTexts(text) : []).map((item) => {
      const called = nameIn(JSON.parse(item), 'name')
      return { item, definition: called === null ? null : definitionOf(kind, called, item, pending.method) }
    })
    const definitions = items.flatMap(({ definition }) => definition ?? [])
    const next = nameIn(message.value['result'], 'nextCursor')
    const names = namesSoFar(kind, pending.cursor, next, definitions)
    return {
      ...NOTHING,
      definitions,
      listed: names !== null && next === null ? { kind, names } : null,
      withhold(sentences) {
        const shown = items.map(({ item, definition }) => {
          const sentence = definition === null ? undefined : sentences.get(definition)
          return sentence === undefined ? item : withheldText(kind, item, sentence)
        })
        return withMember(message.text, 'result', withMember(result, member, `[${shown.join()}]`))
      },
    }
  }

  function definitionOf(kind: 'tool' | 'prompt', name: string, item: string, method: string): Definition {
    const all = onlyMembers(item, DEFINITION_MEMBERS[kind], Infinity)
    const withoutIcons = DEFINITION_MEMBERS[kind].filter((member) => member !== 'icons')
    // Pictures are no part of what is pinned, and must not make it too long for that.
    const text = all.length <= LIMITS.partChars ? all : onlyMembers(item, withoutIcons, Infinity)
    const entry = tell.entry({
      kind: 'tool_definition',
      context: kind === 'tool' ? 'tool_definition' : 'prompt_definition',
      payload: jsonPayload(new RawJson(text)),
      target: name,
      from: 'server',
      method,
      oncePerSession: '',
    })
    return { kind, name, entry }
  }

  /** Of all pages up to this one; null where the first was not seen, or there are too many. */
  function namesSoFar(
    kind: 'tool' | 'prompt',
    cursor: string | null,
    next: string | null,
    definitions: readonly Definition[],
  ): readonly string[] | null {
    const before = cursor === null ? [] : lists.get(`${kind} ${cursor}`)
    if (cursor !== null) lists.delete(`${kind} ${cursor}`)
    if (before === undefined) return null
    const names = [...before, ...definitions.map(({ name }) => name)]
    if (names.length > LIMITS.listNames) return null
    if (next !== null && lists.size < LIMITS.heldMessages) lists.set(`${kind} ${next}`, names)
    return names
  }

  return { greeting, list }
}

/** What a server says of itself; null where it says nothing. */
function infoOf(greeting: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | null {
  const meta = greeting['_meta']
  const said = greeting['serverInfo'] ?? (isObject(meta) ? meta['io.modelcontextprotocol/serverInfo'] : undefined)
  const [name, version] = [nameIn(said, 'name'), nameIn(said, 'version')]
  if (!isObject(said)) return null
  return {
    ...(name === null ? {} : { 'mcp.server_name': name }),
    ...(version === null ? {} : { 'mcp.server_version': version }),
  }
}

/** A definition of which nothing but the name is left. */
function withheldText(kind: 'tool' | 'prompt', item: string, sentence: string): string {
  const schema = kind === 'tool' ? ',"inputSchema":{"type":"object"}' : ''
  return `{"name":${memberText(item, 'name') ?? '""'},"description":${JSON.stringify(sentence)}${schema}}`
}
