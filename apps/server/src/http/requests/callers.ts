import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Principal } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { cookieName, deviceCookieName } from '../../auth/cookie.ts'
import type { Deps } from '../../services/verb.ts'
import { credentialOf, readCookie, refusalOf, type Credential } from '../../auth/credentials.ts'
import type { Edge } from './edge.ts'
import type { RequestContext } from './request-context.ts'

/** The seed's endpoints that `SENTINELMESH_ANONYMOUS_ORG` opens to anonymous callers. */
const ANONYMOUS_PATHS = new Set(['/log', '/logs', '/alerts', '/stats', '/ws/logs'])
const SILENT_COOKIE = { token: null, set() {}, clear() {}, device: null, setDevice() {} }

export interface CallerDeps {
  readonly deps: Deps<'config' | 'identities' | 'orgBySlug'>
  readonly gate: Edge
  readonly port: () => number
  /** The principal for requests through the socket in the data folder. */
  readonly system: (orgSlug: string | null) => Promise<Principal>
}

/** Identifies the caller before any of the body is read. */
export interface Callers {
  /** Call this for each request through the socket in the data folder: its caller is the system itself. */
  markLocal(request: IncomingMessage): void
  isLocal(request: IncomingMessage): boolean
  /** Throws `forbidden` for an org that the user is not a member of. */
  ofRequest(request: IncomingMessage, requestId: string): Promise<Caller>
  /** Identifies the caller of a WebSocket upgrade. Throws `foreign_host`, `foreign_origin`, `forbidden`. */
  ofUpgrade(request: IncomingMessage, params?: { token?: string; org?: string }): Promise<UpgradeContext>
  cookieName(): string
  deviceCookieName(): string
}

/** The socket does not exist yet. */
export type UpgradeContext = Omit<RequestContext, 'gone'>

export type Caller = Omit<RequestContext, 'cookie' | 'gone' | 'holdBody' | 'holdWhile' | 'turn'> & {
  readonly credential: Credential
  /** The browser's cookie, unverified. */
  readonly cookieToken: string | null
  readonly deviceCookie: string | null
}

export function callers({ deps, gate, port, system }: CallerDeps): Callers {
  const local = new WeakSet<IncomingMessage>()
  const name = () => cookieName(gate.secure, port())
  const deviceName = () => deviceCookieName(gate.secure, port())

  async function principalOf(
    credential: Credential,
    orgSlug: string | null,
    request: IncomingMessage,
  ): Promise<Principal | null> {
    if (local.has(request)) return system(orgSlug)
    if (credential === null) return anonymous(request)
    // The cookie is valid only for our own origin.
    if (credential.type === 'cookie' && ['foreign', 'allowed'].includes(gate.origin(request.headers))) return null
    return deps.identities.resolve(credential, orgSlug)
  }

  async function anonymous(request: IncomingMessage): Promise<Principal | null> {
    const { anonymousOrg } = deps.config
    if (anonymousOrg === null || !ANONYMOUS_PATHS.has(pathOf(request.url ?? ''))) return null
    const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded ?? request.headers['x-real-ip']
    // Allowed for our own pages, clients that are not browsers, and origins that the operator listed.
    if (forwarded !== undefined || gate.origin(request.headers) === 'foreign') return null
    const org = await deps.orgBySlug(anonymousOrg)
    return org === undefined ? null : { type: 'anonymous', org }
  }

  return {
    markLocal: (request) => void local.add(request),
    isLocal: (request) => local.has(request),
    cookieName: name,
    deviceCookieName: deviceName,
    async ofRequest(request, requestId) {
      const credential = credentialOf(request.headers, name())
      const principal = await principalOf(credential, orgOf(request), request)
      return {
        requestId,
        remoteAddress: local.has(request) ? null : gate.remoteAddress(request),
        principal,
        refused: principal === null ? refusalOf(credential) : null,
        credential,
        cookieToken: readCookie(request.headers.cookie, name()) ?? null,
        deviceCookie: readCookie(request.headers.cookie, deviceName()) ?? null,
      }
    },
    async ofUpgrade(request, params = {}) {
      gate.checkHost(request.headers)
      if (gate.origin(request.headers) === 'foreign') throw new DomainError('foreign_origin')
      const shown: Credential =
        params.token === undefined ? credentialOf(request.headers, name()) : { type: 'bearer', value: params.token }
      const principal = await principalOf(shown, params.org ?? orgOf(request), request)
      return {
        requestId: randomUUID(),
        remoteAddress: gate.remoteAddress(request),
        principal,
        refused: principal === null ? refusalOf(shown) : null,
        cookie: SILENT_COOKIE,
        holdBody() {},
        holdWhile() {},
        turn: () => undefined,
      }
    },
  }
}

export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** The org that a caller with several orgs selects, by its slug. */
function orgOf(request: IncomingMessage): string | null {
  const text = [request.headers['x-sentinelmesh-org'] ?? ''].flat()[0] ?? ''
  return text === '' ? null : text
}
