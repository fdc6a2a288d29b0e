import type { z } from 'zod'
import type { Principal } from './access.ts'
import type * as schemas from './server/schemas.ts'

type In<Name extends keyof typeof schemas> = (typeof schemas)[Name] extends z.ZodType
  ? z.output<(typeof schemas)[Name]>
  : never

/** What the caller is, beside its credential. */
export interface Caller {
  readonly requestId: string
  readonly remoteAddress: string | null
  /** Told of what goes on when the reply has left. */
  readonly holdWhile?: ((work: Promise<unknown>) => void) | undefined
  /** Aborts when the caller hangs up. Long work that nobody would read ends then. */
  readonly signal?: AbortSignal | undefined
}

/** The caller's signal, for operations that only read. */
export type Asking = Pick<Caller, 'signal'>

/** A caller that waits for a reply. */
export interface Asker {
  /** Aborts when nobody waits any more, and then ends the work. */
  readonly signal: AbortSignal
}

/** Sets or clears the browser's cookie; does nothing where there is no browser. */
export interface SignInCookie {
  set(token: string): void
  clear(): void
  readonly token: string | null
  /** The cookie of a device on which a user signed in before. It stays when they sign out. */
  setDevice(device: string): void
  readonly device: string | null
}

/** What the product does, a noun and a verb each; the server implements them, routers and routes only call them. */
export interface Services {
  readonly auth: {
    status(principal: Principal | null): Promise<In<'AuthStatus'>>
    setup(
      input: { token: string; org: string; username: string; password: string },
      caller: Caller,
      cookie: SignInCookie,
    ): Promise<{ me: In<'Me'>; apiKey: In<'CreatedApiKey'> }>
    signIn(input: { username: string; password: string }, caller: Caller, cookie: SignInCookie): Promise<In<'Me'>>
    /** The one-time link that the demo prints. */
    signInByLink(input: { token: string }, caller: Caller, cookie: SignInCookie): Promise<In<'Me'>>
    signOut(cookie: SignInCookie): Promise<void>
  }
  readonly org: {
    get(principal: Principal | null): Promise<{ name: string; slug: string; entries: number; head: string }>
  }
  readonly users: {
    create(
      principal: Principal | null,
      input: { username: string; password: string; org: string; role: In<'Role'> },
    ): Promise<{ username: string; org: string; role: In<'Role'> }>
  }
  readonly apiKeys: {
    /** A page, revoked ones included. Throws `cursor_invalid`. */
    list(principal: Principal | null, input?: In<'ApiKeysIn'>): Promise<In<'ApiKey'>[]>
    create(principal: Principal | null, input: In<'NewApiKey'>): Promise<In<'CreatedApiKey'>>
    /** In force for the next request. Throws `not_found`. */
    setRate(principal: Principal | null, input: In<'ApiKeyRateIn'>, caller: Caller): Promise<In<'ApiKey'>>
    revoke(principal: Principal | null, input: { id: string }): Promise<In<'ApiKey'>>
  }
  readonly logs: {
    /** Entries as parsed JSON: each is checked for itself, so that one bad one does not lose the others. */
    report(principal: Principal | null, entries: readonly unknown[], caller: Caller): Promise<In<'ReportOut'>>
    import(
      principal: Principal | null,
      lines: readonly { id: string; json: string }[],
      caller: Caller,
    ): Promise<In<'ReportOut'>>
    page(principal: Principal | null, input: In<'LogsPageIn'>, asker: Asker): Promise<In<'LogsPageOut'>>
    get(principal: Principal | null, input: { id: string }, asker: Asker): Promise<In<'EntryDetail'>>
    /** The text of a file, piece by piece: all that matches, of one moment. Throws when it cannot be complete. */
    export(
      principal: Principal | null,
      input: In<'RestExportQuery'>,
      options: { signal: AbortSignal; remoteAddress: string | null },
    ): AsyncIterable<string>
    histogram(
      principal: Principal | null,
      input: In<'LogsFilter'> & { buckets: number },
      asker: Asker,
    ): Promise<In<'Histogram'>>
    facets(principal: Principal | null, input: In<'LogsFacetsIn'>, asker: Asker): Promise<In<'Facets'>>
    tail(
      principal: Principal | null,
      input: In<'TailIn'>,
      options: { signal: AbortSignal; drained: () => Promise<void> },
    ): AsyncIterable<In<'TailItem'>>
  }
  /** An org's rule set. A write is in force for the next entry when its promise resolves. */
  readonly rules: {
    list(principal: Principal | null, input: In<'RulesListIn'>): Promise<In<'RulesListOut'>>
    get(principal: Principal | null, input: In<'RuleGetIn'>): Promise<In<'RuleDetail'>>
    create(principal: Principal | null, input: In<'RuleCreateIn'>, caller: Caller): Promise<In<'RuleDetail'>>
    update(principal: Principal | null, input: In<'RuleUpdateIn'>, caller: Caller): Promise<In<'RuleDetail'>>
    remove(principal: Principal | null, input: In<'RuleRemoveIn'>, caller: Caller): Promise<{ id: string }>
    setEnabled(principal: Principal | null, input: In<'RuleEnableIn'>, caller: Caller): Promise<In<'RuleDetail'>>
    override(principal: Principal | null, input: In<'RuleOverrideIn'>, caller: Caller): Promise<In<'RuleDetail'>>
    release(principal: Principal | null, input: { id: string }, caller: Caller): Promise<In<'RuleDetail'>>
    check(principal: Principal | null, input: In<'RuleCheckIn'>, asking?: Asking): Promise<In<'RuleCheckOut'>>
    try(principal: Principal | null, input: In<'RuleTryIn'>, asking?: Asking): Promise<In<'RuleTryOut'>>
    addFilter(principal: Principal | null, input: In<'FilterAddIn'>, caller: Caller): Promise<In<'RuleDetail'>>
    previewFilter(
      principal: Principal | null,
      input: In<'FilterPreviewIn'>,
      asking?: Asking,
    ): Promise<In<'FilterPreviewOut'>>
    confirmFilters(
      principal: Principal | null,
      input: In<'FiltersConfirmIn'>,
      caller: Caller,
    ): Promise<In<'FiltersConfirmOut'>>
    import(principal: Principal | null, input: In<'RulesImportIn'>, caller: Caller): Promise<In<'RulesImportOut'>>
    /** The text of a file, in pieces of at most about 512 KiB, as the rules were when it began. */
    export(principal: Principal | null): Promise<Omit<In<'RulesExportOut'>, 'text'> & { pieces: Iterable<string> }>
    /** Ends early when the signal aborts, and where `most` is reached. */
    backtest(
      principal: Principal | null,
      input: In<'BacktestIn'>,
      options: { signal: AbortSignal; drained: () => Promise<void>; most?: { entries: number; ms: number } },
    ): AsyncIterable<In<'BacktestItem'>>
  }
  readonly settings: {
    getRetention(principal: Principal | null): Promise<In<'Retention'>>
    updateRetention(principal: Principal | null, input: In<'RetentionIn'>, caller: Caller): Promise<In<'Retention'>>
    /** What a change would remove. */
    getQuota(principal: Principal | null): Promise<In<'IngestQuota'>>
    /** In force for the next request. */
    updateQuota(principal: Principal | null, input: In<'IngestQuotaIn'>, caller: Caller): Promise<In<'IngestQuota'>>
    previewRetention(principal: Principal | null, input: In<'RetentionIn'>): Promise<In<'RetentionPreview'>>
    /** For all organizations: only for who holds the data folder. */
    acceptClock(principal: Principal | null): Promise<In<'RetentionClock'>>
    /** Jobs of this server that keep failing. */
    notices(principal: Principal | null): Promise<In<'Notice'>[]>
  }
  /** Removing entries for good: a request is stored and worked off beside other work. */
  readonly erasures: {
    list(principal: Principal | null): Promise<In<'Erasure'>[]>
    get(principal: Principal | null, input: { id: number }): Promise<In<'Erasure'>>
    create(principal: Principal | null, input: In<'ErasureIn'>, caller: Caller): Promise<In<'Erasure'>>
  }
  /** Where telemetry comes from, and which scopes no mapper knows. */
  readonly sources: {
    list(principal: Principal | null): Promise<In<'SourcesOut'>>
    /** Of the last day: sessions of coding agents whose calls came as telemetry alone, so nobody could hold one back. */
    unasked(principal: Principal | null): Promise<In<'UnaskedSession'>[]>
  }
  /** What the MCP proxy tells, and the definitions that are pinned by it. */
  readonly mcp: {
    judge(principal: Principal | null, input: In<'McpVerdictIn'>, caller: Caller): Promise<In<'McpVerdictOut'>>
    define(principal: Principal | null, input: In<'McpDefinitionsIn'>, caller: Caller): Promise<In<'McpDefinitionsOut'>>
    pins(principal: Principal | null, input: In<'McpPinsIn'>): Promise<In<'McpPinsOut'>>
    /** How many versions of each wait, and how many do not; those of which most wait first. `more`: not all of them. */
    servers(
      principal: Principal | null,
    ): Promise<{ items: { name: string; pinned: number; waiting: number }[]; more: boolean }>
    /** Calls that rest on this version go through from now on. Throws `not_found`, `conflict`. */
    approve(principal: Principal | null, input: In<'McpApproveIn'>, caller: Caller): Promise<In<'McpPin'>>
  }
  /** The inline answers about entries before they take effect, and what each org made of them. */
  readonly verdicts: {
    /** The entry as parsed JSON. It is stored too, and answered when it is. */
    check(principal: Principal | null, entry: unknown, caller: Caller): Promise<In<'VerdictOut'>>
    policy(principal: Principal | null): Promise<In<'VerdictPolicy'>>
    setPolicy(
      principal: Principal | null,
      input: In<'VerdictPolicyChange'>,
      caller: Caller,
    ): Promise<In<'VerdictPolicy'>>
  }
  readonly stats: {
    overview(principal: Principal | null, input: { range: In<'Range'> }, asker: Asker): Promise<In<'Overview'>>
  }
}
