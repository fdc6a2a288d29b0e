import type { McpDefinitionsIn, McpEntryIn, McpVerdict, OrgId } from '@sentinelmesh/api'
import { mcpPinStore } from '@sentinelmesh/db'
import { maskText } from '../../ingest/mask-text.ts'
import { repairText } from '@sentinelmesh/text/repair-text'
import type { Deps, Verb } from '../verb.ts'
import { canonicalDefinition, definitionDiff, hashOf, keptName } from './definition.ts'
import { answered, withFindings } from './judge.ts'
import { pin, type Pinned, type Seen, unlistOthers, UNPINNED } from './pin.ts'
import { serverId } from './server-id.ts'

/** Maximum number of added or removed names to list in one entry. */
const NAMES_TOLD = 50

/** Compares an MCP server's definitions with the pinned ones, pins new definitions, and judges all of them. */
export const define: Verb<'mcpProxy.define', 'ingest' | 'sources' | 'verdicts'> = async (deps, call, reported) => {
  const input = withNames(reported)
  const seen = input.definitions.map(({ kind, name, entry }): Seen => {
    const canonical = canonicalDefinition(entry.payload)
    return { kind, name, hash: hashOf(canonical), definition: maskText(canonical) }
  })
  const found = await compare(deps, call.org, input, seen)

  const told = input.definitions.map(({ entry }, n) =>
    withPin(entry, seen[n], found.pinned[n] ?? UNPINNED, found.shadows),
  )
  const answers = await answered(deps, {
    call,
    waits: false,
    entries: [...told, ...cameAndWent(input, found)],
  })
  return {
    enforcing: answers.enforcing,
    results: input.definitions.map(({ kind, name }, n) => ({
      kind,
      name,
      hash: seen[n]?.hash ?? '',
      status: found.pinned[n]?.status ?? 'unpinned',
      ...(answers.results[n] ?? NO_ANSWER),
    })),
  }
}

/** Normalizes names as the store does, so that lookups find them. */
function withNames({ server, definitions, listed }: McpDefinitionsIn): McpDefinitionsIn {
  return {
    server: { ...server, name: repairText(server.name) },
    definitions: definitions.map((one) => ({ ...one, name: keptName(one.name) })),
    listed: listed === null ? null : { ...listed, names: listed.names.map(keptName) },
  }
}

const NO_ANSWER: McpVerdict = { verdict: 'allow', log_id: null, risk: null, reason: null }

interface Compared {
  readonly pinned: readonly Pinned[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Other servers that have a tool of the same name. */
  readonly shadows: ReadonlyMap<string, string>
}

async function compare(
  deps: Deps<'ingest'>,
  org: OrgId,
  { server, listed }: McpDefinitionsIn,
  seen: readonly Seen[],
): Promise<Compared> {
  const id = serverId(await deps.ingest.hmacKey(org), server)
  const at = deps.clock.now() * 1000
  return deps.database.transaction(async (tx) => {
    const store = mcpPinStore(tx)
    const whole = await store.rememberServer(org, { id, name: server.name, target: maskText(server.target), at })
    const pinned: (Pinned | undefined)[] = seen.map(() => undefined)
    for (const kind of new Set(seen.map((one) => one.kind))) {
      const places = seen.flatMap((one, n) => (one.kind === kind ? [n] : []))
      const results = await pin(tx, org, id, { kind, seen: seen.filter((one) => one.kind === kind), at })
      for (const [n, place] of places.entries()) pinned[place] = results[n]
    }
    const news = seen.filter((_one, n) => pinned[n]?.status === 'new')
    const removed = listed === null ? [] : await unlistOthers(tx, org, id, listed)
    if (listed !== null && !whole.includes(listed.kind)) await store.setWhole(org, id, [...whole, listed.kind])
    const tools = news.filter(({ kind }) => kind === 'tool').map(({ name }) => name)
    const others = await store.elsewhere(org, { id, name: server.name }, tools)
    return {
      pinned: pinned.map((one) => one ?? UNPINNED),
      added: news.filter(({ kind }) => whole.includes(kind)).map(({ name }) => name),
      removed,
      shadows: new Map(others.toReversed().map((other) => [other.name, other.server])),
    }
  })
}

function withPin(entry: McpEntryIn, seen: Seen | undefined, pinned: Pinned, shadows: Compared['shadows']): McpEntryIn {
  const { status, accepted } = pinned
  const shadowed = seen?.kind === 'tool' && status === 'new' ? shadows.get(seen.name) : undefined
  return withFindings(entry, {
    'mcp.definition': status,
    ...(seen === undefined ? {} : { 'mcp.definition_hash': seen.hash }),
    ...(accepted === null ? {} : { 'mcp.definition_diff': definitionDiff(accepted, seen?.definition ?? '') }),
    ...(shadowed === undefined ? {} : { 'mcp.shadows': shadowed }),
  })
}

function cameAndWent({ server, definitions, listed }: McpDefinitionsIn, { added, removed }: Compared): McpEntryIn[] {
  const [like] = definitions
  const tell = (context: string, kind: string, names: readonly string[]): McpEntryIn[] => {
    if (names.length === 0) return []
    const payload = { kind, count: names.length, names: names.slice(0, NAMES_TOLD) }
    return [
      {
        kind: 'system',
        sender: `mcp.${server.name}`,
        receiver: like?.entry.receiver ?? null,
        session: like?.entry.session ?? null,
        context,
        payload: { type: 'json', text: JSON.stringify(payload) },
        at: null,
        attributes: { 'mcp.server': server.name, 'mcp.target': server.target },
        anchor: null,
        late: null,
        rests: null,
      },
    ]
  }
  return [
    ...tell('definitions_added', definitions[0]?.kind ?? 'tool', added),
    ...tell('definitions_removed', listed?.kind ?? 'tool', removed),
  ]
}
