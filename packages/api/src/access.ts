export const ROLES = ['owner', 'admin', 'analyst', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const SCOPES = ['ingest', 'verdict', 'read', 'manage'] as const
export type Scope = (typeof SCOPES)[number]

/** The org that a credential speaks for, always checked against what is stored. */
export interface PrincipalOrg {
  readonly id: number
  readonly uid: string
  readonly name: string
  readonly slug: string
}

/**
 * Who is calling.
 * `user`: a browser's sign-in, with the user's role. `token`: an access token from `/token`: ingest and read, never
 * the role of its owner. `key`: an API key. `anonymous`: `SENTINELMESH_ANONYMOUS_ORG`. `system`: this program's own
 * command line over the socket in the data folder, or what the program itself reports (`mcp`: what was asked at `/mcp`).
 */
export type Principal =
  | {
      readonly type: 'user'
      readonly org: PrincipalOrg
      readonly userId: number
      readonly username: string
      readonly role: Role
    }
  | { readonly type: 'token'; readonly org: PrincipalOrg; readonly userId: number; readonly username: string }
  | {
      readonly type: 'key'
      readonly org: PrincipalOrg
      readonly keyId: string
      readonly scopes: readonly Scope[]
      /** The only sender, or with a trailing `*` the only beginning of one, that this key may report. */
      readonly senderPrefix: string | null
      /** Log records of telemetry that no mapper knows become entries. */
      readonly keepUnknown: boolean
      /** Entries that it may report per second; null: any number. Verdicts and hooks do not count. */
      readonly entriesPerSecond: number | null
    }
  | { readonly type: 'anonymous'; readonly org: PrincipalOrg }
  | { readonly type: 'system'; readonly org: PrincipalOrg | null; readonly name: 'import' | 'demo' | 'cli' | 'mcp' }

const TOKEN_SCOPES: readonly Scope[] = ['ingest', 'read']

/** Who may do what: the one table. A role or one of the scopes suffices; an empty list means nobody of that sort. */
export const ACCESS = {
  'logs.report': { roles: ['owner', 'admin', 'analyst'], scopes: ['ingest'], anonymous: true },
  /** What is judged is stored too. A token of `/token` may not: an agent with a password does not hold its owner's power. */
  'verdicts.check': { roles: ['owner', 'admin', 'analyst'], scopes: ['verdict'], anonymous: false },
  'verdicts.read': {
    roles: ['owner', 'admin', 'analyst', 'viewer'],
    scopes: ['read', 'verdict', 'manage'],
    anonymous: false,
  },
  'verdicts.write': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'logs.import': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'logs.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read'], anonymous: true },
  'stats.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read'], anonymous: true },
  'org.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  'apiKeys.list': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'apiKeys.create': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'apiKeys.setRate': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'apiKeys.revoke': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** Members come by invitation; this is for the command line, which is the system itself. */
  'users.create': { roles: [], scopes: [], anonymous: false },
  /** Also to lint a text, and to try one on a pasted entry. */
  'rules.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  'rules.write': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'rules.filter': { roles: ['owner', 'admin', 'analyst'], scopes: ['manage'], anonymous: false },
  /** Over stored entries: also what a filter would have held back. */
  'rules.backtest': { roles: ['owner', 'admin', 'analyst'], scopes: ['manage'], anonymous: false },
  /** The same over so few entries that it costs no more than a search. */
  'rules.sample': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  /** What binds an imported filter to rules of others. A key with `manage` stands for an admin, which is not enough. */
  'rules.confirm': { roles: ['owner'], scopes: [], anonymous: false },
  'settings.read': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'settings.write': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** The clock of the server is everyone's: only the command line, which is the system itself. */
  'settings.clock': { roles: [], scopes: [], anonymous: false },
  'erasures.read': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'erasures.session': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** A key with `manage` stands for an admin, which is not enough. */
  'erasures.all': { roles: ['owner'], scopes: [], anonymous: false },
  'sources.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  /** What the MCP proxy sees: stored, judged, answered. */
  'mcp.report': { roles: [], scopes: ['verdict'], anonymous: false },
  'mcp.pins': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  'mcp.approve': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'metrics.read': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
} as const satisfies Record<string, { roles: readonly Role[]; scopes: readonly Scope[]; anonymous: boolean }>

export type Action = keyof typeof ACCESS

/** What only the command line does, which holds the data folder: it belongs to no organization. */
export type SystemAction = {
  [Name in Action]: (typeof ACCESS)[Name] extends { roles: readonly []; scopes: readonly [] } ? Name : never
}[Action]

export function allows(principal: Principal, action: Action): boolean {
  const access: { roles: readonly Role[]; scopes: readonly Scope[]; anonymous: boolean } = ACCESS[action]
  switch (principal.type) {
    case 'user':
      return access.roles.includes(principal.role)
    case 'token':
      return TOKEN_SCOPES.some((scope) => access.scopes.includes(scope))
    case 'key':
      return principal.scopes.some((scope) => access.scopes.includes(scope))
    case 'anonymous':
      return access.anonymous
    case 'system':
      return true
  }
}
