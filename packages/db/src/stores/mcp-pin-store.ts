import type { OrgId } from '@sentinelmesh/api'
import type { ExpressionBuilder, Kysely } from 'kysely'
import { LIMITS } from '../limits.ts'
import { chunksOf } from './chunks.ts'
import type { Schema } from '../schema.ts'
import type { By } from './rule-store.ts'

/** One version of a definition of an MCP server. Times are microseconds. */
export interface McpPin {
  readonly server: string
  readonly kind: 'tool' | 'prompt' | 'instructions'
  readonly name: string
  readonly hash: string
  readonly state: 'pinned' | 'approved' | 'waiting'
  /** Canonical JSON, redacted. */
  readonly definition: string
  /** The last complete list, or a page since then, contained this version. */
  readonly listed: boolean
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly decidedAt: number | null
  readonly decidedBy: string | null
}

export interface ListedMcpPin extends McpPin {
  readonly serverName: string
  readonly target: string
}

type OfServer = Pick<McpPin, 'server' | 'kind'>
type Version = Pick<McpPin, 'server' | 'kind' | 'name' | 'hash'>

export const mcpPinStore = (db: Kysely<Schema>) => ({
  /**
   * Stores the server or updates its name, which the operator of the proxy can change; its id is permanent. Returns the
   * kinds of definitions of which a complete list was seen.
   */
  async rememberServer(
    org: OrgId,
    {
      id,
      name,
      target,
      at,
    }: { readonly id: string; readonly name: string; readonly target: string; readonly at: number },
  ): Promise<readonly string[]> {
    const row = await db
      .insertInto('mcp_servers')
      .values({ org, id, name, target, whole: '', first_seen_at: at })
      .onConflict((conflict) => conflict.columns(['org', 'id']).doUpdateSet({ name }))
      .returning('whole')
      .executeTakeFirst()
    return row?.whole.split(',') ?? []
  },

  async setWhole(org: OrgId, id: string, kinds: readonly string[]): Promise<void> {
    const whole = kinds.filter((kind) => kind !== '').join()
    await db.updateTable('mcp_servers').set({ whole }).where('org', '=', org).where('id', '=', id).execute()
  },

  /** All versions of the named definitions, oldest first. */
  async versions(org: OrgId, { server, kind }: OfServer, names: readonly string[]): Promise<McpPin[]> {
    const found = chunksOf(names).map((chunk) =>
      db
        .selectFrom('mcp_pins')
        .select(COLUMNS)
        .where('org', '=', org)
        .where('server', '=', server)
        .where('kind', '=', kind)
        .where('name', 'in', chunk)
        .orderBy('first_seen_at')
        .execute(),
    )
    return (await Promise.all(found)).flat().map(toPin)
  },

  /** Number of versions of the server's definitions. */
  async count(org: OrgId, server: string): Promise<number> {
    const row = await db
      .selectFrom('mcp_pins')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('org', '=', org)
      .where('server', '=', server)
      .executeTakeFirst()
    return row?.count ?? 0
  },

  async insert(org: OrgId, pins: readonly McpPin[]): Promise<void> {
    for (const pin of pins) {
      const { server, kind, name, hash, state, definition } = pin
      const seen = { listed: Number(pin.listed), last_seen_at: pin.lastSeenAt }
      const decided = { decided_at: pin.decidedAt, decided_by: pin.decidedBy }
      await db
        .insertInto('mcp_pins')
        .values({
          org,
          server,
          kind,
          name,
          hash,
          state,
          definition,
          first_seen_at: pin.firstSeenAt,
          ...seen,
          ...decided,
        })
        .onConflict((conflict) => conflict.columns(['org', 'server', 'kind', 'name', 'hash']).doUpdateSet(seen))
        .execute()
    }
  },

  async seen(org: OrgId, { server, kind, name, hash }: Version, at: number): Promise<void> {
    await db
      .updateTable('mcp_pins')
      .set({ listed: 1, last_seen_at: at })
      .where((eb) => eb.and({ org, server, kind, name, hash }))
      .execute()
  },

  async remove(org: OrgId, { server, kind, name, hash }: Version): Promise<void> {
    await db
      .deleteFrom('mcp_pins')
      .where((eb) => eb.and({ org, server, kind, name, hash }))
      .execute()
  },

  /** Names of this kind in the previous list. */
  async listed(org: OrgId, { server, kind }: OfServer): Promise<string[]> {
    const rows = await db
      .selectFrom('mcp_pins')
      .select('name')
      .distinct()
      .where('org', '=', org)
      .where('server', '=', server)
      .where('kind', '=', kind)
      .where('listed', '=', 1)
      .orderBy('name')
      .execute()
    return rows.map(({ name }) => name)
  },

  async unlist(org: OrgId, { server, kind }: OfServer, names: readonly string[]): Promise<void> {
    for (const chunk of chunksOf(names)) {
      await db
        .updateTable('mcp_pins')
        .set({ listed: 0 })
        .where('org', '=', org)
        .where('server', '=', server)
        .where('kind', '=', kind)
        .where('name', 'in', chunk)
        .execute()
    }
  },

  /** Other servers, with other names, that currently list tools with these names. */
  async elsewhere(
    org: OrgId,
    server: { readonly id: string; readonly name: string },
    names: readonly string[],
  ): Promise<{ readonly name: string; readonly server: string }[]> {
    const found = chunksOf(names).map((chunk) =>
      db
        .selectFrom('mcp_pins')
        .innerJoin('mcp_servers', (join) =>
          join.onRef('mcp_servers.org', '=', 'mcp_pins.org').onRef('mcp_servers.id', '=', 'mcp_pins.server'),
        )
        .select(['mcp_pins.name', 'mcp_servers.name as server'])
        .distinct()
        .where('mcp_pins.org', '=', org)
        .where('mcp_pins.kind', '=', 'tool')
        .where('mcp_pins.name', 'in', chunk)
        .where('mcp_pins.listed', '=', 1)
        .where('mcp_pins.server', '<>', server.id)
        .where('mcp_servers.name', '<>', server.name)
        .orderBy('mcp_servers.name')
        .limit(LIMITS.statementIds)
        .execute(),
    )
    return (await Promise.all(found)).flat()
  },

  /** Waiting versions first, then the newest; at most `most` after the first `offset`. `server` is a name or an id. */
  async list(
    org: OrgId,
    {
      server,
      state,
      most,
      offset = 0,
    }: {
      readonly server?: string
      readonly state?: McpPin['state']
      readonly most: number
      readonly offset?: number
    },
  ): Promise<ListedMcpPin[]> {
    let query = listed(db, org)
    if (server !== undefined) query = query.where(isServer(server))
    if (state !== undefined) query = query.where('state', '=', state)
    const rows = await query
      .orderBy((eb) => eb.case().when('state', '=', 'waiting').then(0).else(1).end())
      .orderBy('mcp_pins.first_seen_at', 'desc')
      .orderBy('mcp_pins.name')
      .orderBy('mcp_pins.server')
      .orderBy('mcp_pins.kind')
      .orderBy('mcp_pins.hash')
      .limit(most)
      .offset(offset)
      .execute()
    return rows.map(({ serverName, target, ...row }) => ({ ...toPin(row), serverName, target }))
  },

  /** Waiting and other versions per server, for at most `most` servers, those with the most waiting versions first. */
  async perServer(
    org: OrgId,
    most: number,
  ): Promise<{ readonly name: string; readonly pinned: number; readonly waiting: number }[]> {
    return db
      .selectFrom('mcp_pins')
      .innerJoin('mcp_servers', (join) =>
        join.onRef('mcp_servers.org', '=', 'mcp_pins.org').onRef('mcp_servers.id', '=', 'mcp_pins.server'),
      )
      .select((eb) => [
        'mcp_servers.name',
        eb.fn.countAll<number>().filterWhere('state', '<>', 'waiting').as('pinned'),
        eb.fn.countAll<number>().filterWhere('state', '=', 'waiting').as('waiting'),
      ])
      .where('mcp_pins.org', '=', org)
      .groupBy(['mcp_servers.id', 'mcp_servers.name'])
      .orderBy('waiting', 'desc')
      .orderBy('mcp_servers.name')
      .limit(most)
      .execute()
  },

  /** All versions of one definition. `server` is a name or an id. */
  async ofName(org: OrgId, { server, kind, name }: Omit<Version, 'hash'>): Promise<ListedMcpPin[]> {
    const rows = await listed(db, org)
      .where(isServer(server))
      .where('mcp_pins.kind', '=', kind)
      .where('mcp_pins.name', '=', name)
      .orderBy('mcp_pins.first_seen_at')
      .execute()
    return rows.map(({ serverName, target, ...row }) => ({ ...toPin(row), serverName, target }))
  },

  async approve(org: OrgId, { server, kind, name, hash }: Version, { at, by }: By): Promise<void> {
    await db
      .updateTable('mcp_pins')
      .set({ state: 'approved', decided_at: at, decided_by: by })
      .where((eb) => eb.and({ org, server, kind, name, hash }))
      .execute()
  },
})

const COLUMNS = [
  'mcp_pins.server',
  'mcp_pins.kind',
  'mcp_pins.name',
  'mcp_pins.hash',
  'mcp_pins.state',
  'mcp_pins.definition',
  'mcp_pins.listed',
  'mcp_pins.first_seen_at as firstSeenAt',
  'mcp_pins.last_seen_at as lastSeenAt',
  'mcp_pins.decided_at as decidedAt',
  'mcp_pins.decided_by as decidedBy',
] as const

function listed(db: Kysely<Schema>, org: OrgId) {
  return db
    .selectFrom('mcp_pins')
    .innerJoin('mcp_servers', (join) =>
      join.onRef('mcp_servers.org', '=', 'mcp_pins.org').onRef('mcp_servers.id', '=', 'mcp_pins.server'),
    )
    .select(COLUMNS)
    .select(['mcp_servers.name as serverName', 'mcp_servers.target'])
    .where('mcp_pins.org', '=', org)
}

function isServer(nameOrId: string) {
  return (eb: ExpressionBuilder<Pick<Schema, 'mcp_pins' | 'mcp_servers'>, 'mcp_pins' | 'mcp_servers'>) =>
    eb.or([eb('mcp_servers.name', '=', nameOrId), eb('mcp_servers.id', '=', nameOrId)])
}

function toPin<Row extends { readonly listed: number }>({ listed, ...row }: Row) {
  return { ...row, listed: listed === 1 }
}
