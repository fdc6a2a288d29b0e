export const ROLES = ['owner', 'admin', 'analyst', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const SCOPES = ['ingest', 'verdict', 'read', 'manage'] as const
export type Scope = (typeof SCOPES)[number]

/** The org of a credential, as the store has it. */
export interface PrincipalOrg {
  readonly id: number
  readonly uid: string
  readonly name: string
  readonly slug: string
}

/**
 * Who is calling. `user`: a browser's sign-in, with the user's role. `token`: an access token from `/token`, for ingest
 * and read, never with the role of its owner. `key`: an API key. `anonymous`: `SENTINELMESH_ANONYMOUS_ORG`. `system`:
 * this program's own command line over the socket in the data folder, or a report by the program itself (`mcp`:
 * requests at `/mcp`).
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
      /** The only sender that this key can report, or with a trailing `*` the only prefix of one. */
      readonly senderPrefix: string | null
      /** Log records that no telemetry dialect claims become entries. */
      readonly keepUnknown: boolean
      /** Entries that it can report per second; null for no limit. Verdicts and hooks do not count. */
      readonly entriesPerSecond: number | null
    }
  | { readonly type: 'anonymous'; readonly org: PrincipalOrg }
  | { readonly type: 'system'; readonly org: PrincipalOrg | null; readonly name: 'import' | 'demo' | 'cli' | 'mcp' }

const TOKEN_SCOPES: readonly Scope[] = ['ingest', 'read']

/** The single table of permissions. A role or one of the scopes suffices; an empty list grants nothing. */
export const ACCESS = {
  'logs.report': { roles: ['owner', 'admin', 'analyst'], scopes: ['ingest'], anonymous: true },
  /**
   * Stores the judged entry too. Excludes tokens of `/token`: an agent with a password must not get its owner's rights.
   */
  'verdicts.check': { roles: ['owner', 'admin', 'analyst'], scopes: ['verdict'], anonymous: false },
  'verdicts.read': {
    roles: ['owner', 'admin', 'analyst', 'viewer'],
    scopes: ['read', 'verdict', 'manage'],
    anonymous: false,
  },
  'verdicts.write': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** Allow a blocked call once, or pause enforcement for an agent. An agent's own key must never do either. */
  'verdicts.allow': { roles: ['owner', 'admin', 'analyst'], scopes: ['manage'], anonymous: false },
  'logs.import': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'logs.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read'], anonymous: true },
  'stats.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read'], anonymous: true },
  'org.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  'apiKeys.list': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'apiKeys.create': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'apiKeys.setRate': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'apiKeys.revoke': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** For the command line only. Members join by invitation. */
  'users.create': { roles: [], scopes: [], anonymous: false },
  /** Includes linting a rule's text and trying it on a pasted entry. */
  'rules.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  'rules.write': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'rules.filter': { roles: ['owner', 'admin', 'analyst'], scopes: ['manage'], anonymous: false },
  /** Over stored entries. Includes the preview of a filter. */
  'rules.backtest': { roles: ['owner', 'admin', 'analyst'], scopes: ['manage'], anonymous: false },
  /** A backtest over so few entries that it costs no more than a search. */
  'rules.sample': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  /** Binds imported filters to rules outside their import. Owners only; a key with `manage` counts as an admin. */
  'rules.confirm': { roles: ['owner'], scopes: [], anonymous: false },
  'settings.read': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'settings.write': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** For the command line only, because the server's clock affects every org. */
  'settings.clock': { roles: [], scopes: [], anonymous: false },
  'erasures.read': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'erasures.session': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  /** Owners only; a key with `manage` counts as an admin. */
  'erasures.all': { roles: ['owner'], scopes: [], anonymous: false },
  'sources.read': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  /** The MCP proxy's messages, which are judged, stored, and answered. */
  'mcp.report': { roles: [], scopes: ['verdict'], anonymous: false },
  'mcp.pins': { roles: ['owner', 'admin', 'analyst', 'viewer'], scopes: ['read', 'manage'], anonymous: false },
  'mcp.approve': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
  'metrics.read': { roles: ['owner', 'admin'], scopes: ['manage'], anonymous: false },
} as const satisfies Record<string, { roles: readonly Role[]; scopes: readonly Scope[]; anonymous: boolean }>

export type Action = keyof typeof ACCESS

/** Actions of the command line alone, which has the data folder and belongs to no organization. */
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
