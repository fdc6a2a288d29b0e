import type { Generated } from 'kysely'

/** Times are microseconds UTC, and booleans are 0 or 1. Rows belong to one org, except those of `users` and tokens. */
export interface Schema {
  orgs: {
    id: Generated<number>
    uid: string
    name: string
    slug: string
    /** Key of the org's HMACs (content hashes, computed ids): 32 random bytes. */
    hmac_key: Uint8Array
    demo: number
    created_at: number
  }
  users: { id: Generated<number>; username: string; password_hash: string; created_at: number }
  memberships: { user: number; org: number; role: string; created_at: number }
  api_keys: {
    id: string
    org: number
    name: string
    /** SHA-256 of the key. */
    hash: Uint8Array
    hint: string
    /** JSON array. */
    scopes: string
    sender_prefix: string | null
    keep_unknown: Generated<number>
    /** Null: any number. */
    entries_per_second: number | null
    created_by: string
    created_at: number
    last_used_at: number | null
    revoked_at: number | null
  }
  /** Signed-in browsers. (A `session` belongs to an agent.) */
  sign_ins: { hash: Uint8Array; user: number; created_at: number; last_seen_at: number; expires_at: number }
  refresh_tokens: {
    hash: Uint8Array
    /** Reuse of a spent token revokes its whole family. */
    family: string
    user: number
    org: number
    created_at: number
    expires_at: number
    spent_at: number | null
  }
  one_time_tokens: {
    hash: Uint8Array
    purpose: 'setup' | 'sign_in'
    user: number | null
    created_at: number
    expires_at: number | null
  }
  /** Append-only: triggers reject updates and deletes. */
  audit: {
    id: Generated<number>
    org: number | null
    at: number
    principal: string
    action: string
    target: string | null
    remote_address: string | null
    /** JSON. */
    details: string | null
  }
  /** One link per record of `audit`, also append-only. See `audit-chain.ts`. */
  audit_chain: { id: number; salt: Uint8Array; leaf: Uint8Array; head: Uint8Array }
  entries: EntriesTable
  payloads: {
    pos: number
    type: 'text' | 'json'
    /** UTF-8 bytes of `bytes`. */
    size: number
    /** The part around the first place if the payload is longer than a snippet, so that lists need not read `bytes`. */
    snippet: string | null
    /** JSON [[start, end] …] in `snippet`, or in the payload if `snippet` is null. */
    snippet_marks: string | null
    attributes: string | null
    /** The last column, so that reading the others touches no overflow page. */
    bytes: Uint8Array
  }
  matches: {
    pos: number
    /** Order within the entry. */
    ordinal: number
    org: number
    seq: number
    rule_id: string
    rule_hash: string
    title: string
    level: string
    points: number
    family: string
    contributes: number
    /** JSON array of places. */
    places: string
    /** JSON; see `dialect/sqlite/read/stored-selections.ts`. Null in rows older than the column. */
    selections: string | null
    /** Id of the filter that suppressed the match. A suppressed match counts nowhere. */
    filtered_by: string | null
  }
  /** The org's own documents. Their texts are in `rule_versions`. */
  rules: {
    org: number
    rule_id: string
    kind: 'rule' | 'correlation' | 'filter'
    hash: string
    title: string
    /** UTF-16 units of the text. */
    chars: number
    origin: 'own' | 'import'
    import_id: string | null
    file: string | null
    /** For an imported filter: since when it also applies to rules that were not imported with it. */
    confirmed_at: number | null
    confirmed_by: string | null
    created_at: number
    created_by: string
    updated_at: number
    updated_by: string
  }
  /** The org's settings for its own and built-in rules. */
  rule_settings: {
    org: number
    rule_id: string
    enabled: number
    level: string | null
    points: number | null
    quarantined_at: number | null
    /** JSON of the measurements. */
    quarantine: string | null
    updated_at: number
    updated_by: string
  }
  /** Current and former texts of rules, by content hash. */
  rule_versions: { org: number; hash: string; rule_id: string; title: string; text: string; first_seen_at: number }
  org_heads: {
    org: number
    head_seq: number
    entries: number
    bytes: number
    /** The first position that the chain covers. Earlier entries are older than the chain. */
    chained_from: Generated<number>
  }
  rollups: {
    org: number
    dimension: string
    /** Minutes since 1970 of `at`. */
    minute: number
    key: string
    count: number
    risk_sum: number
    risk_max: number
  }
  /** As `rollups`, by hours since 1970. Each row is the sum of its minutes. */
  rollup_hours: {
    org: number
    dimension: string
    hour: number
    key: string
    count: number
    risk_sum: number
    risk_max: number
    /** The last minute of the hour with an entry. */
    last_minute: number
  }
  /** As `rollup_hours`, by days since 1970, for days before `rolled_days.until`. Each row is the sum of its hours. */
  rollup_days: {
    org: number
    dimension: string
    day: number
    key: string
    count: number
    risk_sum: number
    risk_max: number
    last_minute: number
  }
  /** The first day that is not in `rollup_days` yet. Without a row, no day is. */
  rolled_days: { org: number; dimension: string; until: number }
  /** An org's settings. For a null value or a missing row, the installation's setting applies. */
  retention: {
    org: number
    days: number | null
    /** Bytes of payloads. */
    max_bytes: number | null
    rollups_days: number | null
    updated_at: number
    updated_by: string
  }
  ingest_quotas: {
    org: number
    /** Null: any number. */
    entries_per_second: number | null
    updated_at: number
    updated_by: string
  }
  /** One row, once the server has run: see `retention-clock-store.ts`. */
  retention_clock: { id: number; time: number; waited: number }
  /** Requests to remove entries permanently: those of one session, or all, up to a position. */
  erasures: {
    id: Generated<number>
    org: number
    scope: 'session' | 'all'
    /** Null for all, and once it is finished. */
    session: string | null
    to_seq: number
    removed: number
    requested_at: number
    requested_by: string
    finished_at: number | null
  }
  /** Rows of `rollups` whose maximum risk was erased and is stale; see `dialect/sqlite/rollups/recompute-max.ts`. */
  unsettled: { org: number; minute: number; dimension: string; key: string }
  /** One link per batch; see `dialect/sqlite/chain/chain.ts`. */
  chain: {
    org: number
    to_seq: number
    from_seq: number
    leaves: Uint8Array | null
    root: Uint8Array
    head: Uint8Array
  }
  verdict_policies: {
    org: number
    /** JSON. */
    policy: string
    /** Hash of `policy`. A change must name the hash that it is based on. */
    hash: string
    updated_at: number
    updated_by: string
  }
  /** Calls that the policy blocked or asked about. Their texts are only in their entries. */
  held_calls: {
    org: number
    /** Id of the call's entry. */
    entry: string
    /** Hex HMAC of the exact call and its session. */
    digest: string
    /** Hex HMAC of the session and the client's id of the call. */
    call_key: string | null
    verdict: 'ask' | 'block'
    surface: string
    at: number
    allowed_at: number | null
    allowed_by: string | null
    used_at: number | null
    used_entry: string | null
    result_entry: string | null
  }
  /** Agents for which enforcement is paused. */
  verdict_pauses: { org: number; sender: string; until: number; paused_at: number; paused_by: string }
  mcp_servers: {
    org: number
    id: string
    name: string
    target: string
    /** Kinds of definitions of which a complete list was seen, comma-separated. */
    whole: string
    first_seen_at: number
  }
  /** A row for each version of a definition that an MCP server was seen with. */
  mcp_pins: {
    org: number
    server: string
    kind: 'tool' | 'prompt' | 'instructions'
    name: string
    hash: string
    state: 'pinned' | 'approved' | 'waiting'
    definition: string
    listed: number
    first_seen_at: number
    last_seen_at: number
    decided_at: number | null
    decided_by: string | null
  }
  /** The sources of an org's telemetry: one row per source, and one per scope without a mapper. */
  sources_seen: {
    org: number
    surface: string
    /** '' if the scope has no mapper. */
    source: string
    /** '' if `source` is set. */
    scope: string
    first_seen: number
    last_seen: number
    records: number
    entries: number
    refused: number
    /** JSON [[minute, entries] …]. */
    recent: string
  }
  gaps: { org: number; from_seq: number; to_seq: number; reason: string }
  cursors: { consumer: string; org: number; seq: number }
  set_aside: { consumer: string; org: number; seq: number; tries: number; reason: string; at: number }
}

export interface EntriesTable {
  pos: Generated<number>
  org: number
  seq: number
  uid: string
  at: number
  received_at: number
  timestamp_text: string | null
  sender: string
  receiver: string | null
  kind: string
  kind_assumed: number
  session: string | null
  context: string | null
  risk: number
  band: string
  reported_risk: number | null
  source_id: string | null
  content_hash: Uint8Array
  leaf_salt: Uint8Array
  reported_by: string
  surface: string
  remote_address: string | null
  /** Bits of `FLAGS`. */
  flags: number
  product: string | null
  category: string | null
  service: string | null
  /** JSON. Null if nothing was masked. */
  masked: string | null
  /** Null if the sender chooses the id. */
  computed_id: Uint8Array | null
  /** Null if no verdict was requested. */
  verdict: string | null
  /** In a dry run: the verdict that enforcement would have returned. */
  would: string | null
  /** JSON array of the rules that could not be decided. Null if there are none. */
  undecided: string | null
}

export const FLAGS = {
  textRepaired: 1,
  truncated: 2,
  idConflict: 4,
  senderClaimed: 8,
  unjudged: 16,
  // The agent's operating system. None of these bits is set if it is unknown.
  linux: 32,
  macos: 64,
  windows: 128,
} as const
