import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { isObject, memberText, nameIn, withMember, type Message } from '../json-rpc/message.ts'
import type { EntryFactory, ServerInfo } from './entry-factory.ts'
import { NOTHING, type Observation } from './observation.ts'

export const isGreeting = (method: string) => method === 'initialize' || method === 'server/discover'

/** Reads the response to `initialize` or `server/discover`. Updates `serverInfo`; the server's instructions are a definition. */
export function readGreeting(
  { entry }: EntryFactory,
  serverInfo: ServerInfo,
  method: string,
  message: Message,
  result: string,
): Observation {
  const value = message.value['result'] as Readonly<Record<string, unknown>>
  serverInfo.attributes = attributesIn(value) ?? serverInfo.attributes
  const withoutInstructions = Object.fromEntries(
    ['protocolVersion', 'supportedVersions', 'serverInfo', 'capabilities'].flatMap((name) => {
      const text = memberText(result, name)
      return text === undefined ? [] : [[name, new RawJson(text)]]
    }),
  )
  const connected = entry({
    kind: 'system',
    context: 'connect',
    payload: jsonPayload({ method, ...withoutInstructions }),
    from: 'server',
    method,
    oncePerSession: '',
  })
  const { instructions } = value
  if (typeof instructions !== 'string') return { ...NOTHING, entries: [connected] }
  const definition = {
    kind: 'instructions',
    name: '',
    entry: entry({
      kind: 'tool_definition',
      context: 'server_instructions',
      payload: { type: 'text', text: instructions },
      from: 'server',
      method,
      oncePerSession: '',
    }),
  } as const
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

/** The name and version that the server reports. Null if it reports neither. */
function attributesIn(greeting: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | null {
  const meta = greeting['_meta']
  const info = greeting['serverInfo'] ?? (isObject(meta) ? meta['io.modelcontextprotocol/serverInfo'] : undefined)
  if (!isObject(info)) return null
  const [name, version] = [nameIn(info, 'name'), nameIn(info, 'version')]
  return {
    ...(name === null ? {} : { 'mcp.server_name': name }),
    ...(version === null ? {} : { 'mcp.server_version': version }),
  }
}
