import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { DEFINITION_MEMBERS, onlyMembers } from '@sentinelmesh/telemetry'
import { elementTexts, memberText, nameIn, withMember, type Message } from '../json-rpc/message.ts'
import { LIMITS } from '../limits.ts'
import type { EntryFactory } from './entry-factory.ts'
import type { ListPages } from './list-pages.ts'
import { NOTHING, type Definition, type Observation } from './observation.ts'
import type { PendingRequest } from './pending-requests.ts'

type ListedKind = 'tool' | 'prompt'

const LISTS: ReadonlyMap<string, { readonly kind: ListedKind; readonly member: string }> = new Map([
  ['tools/list', { kind: 'tool', member: 'tools' }],
  ['prompts/list', { kind: 'prompt', member: 'prompts' }],
])

/** Reads the response to a request for a list of tools or prompts. Returns nothing for any other request. */
export function readDefinitions(
  { entry }: EntryFactory,
  pages: ListPages,
  { method, cursor }: PendingRequest,
  message: Message,
  result: string,
): Observation {
  const list = LISTS.get(method)
  if (list === undefined) return NOTHING
  const { kind, member } = list

  function definitionOf(name: string, item: string): Definition {
    const definition = entry({
      kind: 'tool_definition',
      context: kind === 'tool' ? 'tool_definition' : 'prompt_definition',
      payload: jsonPayload(new RawJson(definitionText(kind, item))),
      target: name,
      from: 'server',
      method,
      oncePerSession: '',
    })
    return { kind, name, entry: definition }
  }

  const text = memberText(result, member)
  const items = (text?.startsWith('[') ? elementTexts(text) : []).map((item) => {
    const name = nameIn(JSON.parse(item), 'name')
    return { item, definition: name === null ? null : definitionOf(name, item) }
  })
  const definitions = items.flatMap(({ definition }) => definition ?? [])
  const nextCursor = nameIn(message.value['result'], 'nextCursor')
  const names = pages.add({ kind, cursor, nextCursor, names: definitions.map(({ name }) => name) })
  return {
    ...NOTHING,
    definitions,
    listed: names === null ? null : { kind, names },
    withhold(sentences) {
      const shown = items.map(({ item, definition }) => {
        const sentence = definition === null ? undefined : sentences.get(definition)
        return sentence === undefined ? item : withheldText(kind, item, sentence)
      })
      return withMember(message.text, 'result', withMember(result, member, `[${shown.join()}]`))
    },
  }
}

/** The members that are pinned. Icons are not: they are dropped if they would make the definition too long to be pinned. */
function definitionText(kind: ListedKind, item: string): string {
  const all = onlyMembers(item, DEFINITION_MEMBERS[kind], Infinity)
  if (all.length <= LIMITS.partChars) return all
  const withoutIcons = DEFINITION_MEMBERS[kind].filter((member) => member !== 'icons')
  return onlyMembers(item, withoutIcons, Infinity)
}

/** A valid definition that keeps the name only. */
function withheldText(kind: ListedKind, item: string, sentence: string): string {
  const schema = kind === 'tool' ? ',"inputSchema":{"type":"object"}' : ''
  return `{"name":${memberText(item, 'name') ?? '""'},"description":${JSON.stringify(sentence)}${schema}}`
}
