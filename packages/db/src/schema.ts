import type { Generated } from 'kysely'

/** Instants are microseconds UTC; booleans 0 or 1; every row but those of `users` and tokens belongs to one org. */
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
  /** Browsers that are signed in. (A `session` is an agent's.) */
  sign_ins: { hash: Uint8Array; user: number; created_at: number; last_seen_at: number; expires_at: number }
  refresh_tokens: {
    hash: Uint8Array
    /** Reuse of a spent one revokes all of its family. */
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
  /** Append-only: triggers refuse update and delete. */
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
  /** A link a record of `audit`; append-only as well. See `audit-chain.ts`. */
  audit_chain: { id: number; salt: Uint8Array; leaf: Uint8Array; head: Uint8Array }
  entries: EntriesTable
  payloads: {
    pos: number
    type: 'text' | 'json'
    /** UTF-8 bytes of `bytes`. */
    size: number
    /** Where the payload is longer than a snippet: cut around the first place when written, so lists need not read `bytes`. */
    snippet: string | null
    /** JSON [[start, end] …] in `snippet`, or in the payload where `snippet` is null. */
    snippet_marks: string | null
    attributes: string | null
    /** Last, so that reading the columns before it touches no overflow page. */
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
    /** JSON, see `dialect/sqlite/read/stored-selections.ts`; null in rows from before it was kept. */
    selections: string | null
    /** Id of the filter that held it back; such a match counts nowhere. */
    filtered_by: string | null
  }
  /** The org's own documents. Their texts stand in `rule_versions`. */
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
    /** Of an imported filter: since when it binds to rules of others too. */
    confirmed_at: number | null
    confirmed_by: string | null
    created_at: number
    created_by: string
    updated_at: number
    updated_by: string
  }
  /** What the org decided about a rule, its own or a built-in one. */
  rule_settings: {
    org: number
    rule_id: string
    enabled: number
    level: string | null
    points: number | null
    quarantined_at: number | null
    /** JSON of what was measured. */
    quarantine: string | null
    updated_at: number
    updated_by: string
  }
  /** Rules as they were, by content hash. */
  rule_versions: { org: number; hash: string; rule_id: string; title: string; text: string; first_seen_at: number }
  org_heads: {
    org: number
    head_seq: number
    entries: number
    bytes: number
    /** The first position that the chain covers: those before are from before there was one. */
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
  /** As `rollups`, by hours since 1970: always the sums of their minutes. */
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
  /** As `rollup_hours`, by days since 1970, of the days before `rolled_days.until`: always the sums of their hours. */
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
  /** Days from this one on are not in `rollup_days` yet; without a row none is. */
  rolled_days: { org: number; dimension: string; until: number }
  /** What an org decided; where a value is null, or there is no row, the installation's setting holds. */
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
  /** One link a batch; see `dialect/sqlite/chain/chain.ts`. */
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
    /** Of `policy`: who changes it says which one was read. */
    hash: string
    updated_at: number
    updated_by: string
  }
  mcp_servers: {
    org: number
    id: string
    name: string
    target: string
    /** Kinds of definitions of which a whole list was seen, comma-separated. */
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
  /** What an org's agents send: a row for each source, and one for each scope that no mapper knows. */
  sources_seen: {
    org: number
    surface: string
    /** '' where no mapper knows the scope. */
    source: string
    /** '' where there is a source. */
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
  /** JSON, null where nothing was masked. */
  masked: string | null
  /** Null where the id is the sender's to give. */
  computed_id: Uint8Array | null
  /** Null where nobody asked for one. */
  verdict: string | null
  /** In dry run: what enforcing would have answered. */
  would: string | null
  /** JSON array of the rules that could not be decided; null where there are none. */
  undecided: string | null
}

export const FLAGS = {
  textRepaired: 1,
  truncated: 2,
  idConflict: 4,
  senderClaimed: 8,
  unjudged: 16,
  // What its agent runs on; none of them where nothing told.
  linux: 32,
  macos: 64,
  windows: 128,
} as const
