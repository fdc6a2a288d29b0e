import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { DomainError } from '@sentinelmesh/api/constants'
import { isLoopback } from '@sentinelmesh/command-line/addresses'
import type { Config } from '../../config.ts'

/** Decides which hosts and origins this server accepts, and which proxies it trusts for forwarded headers. */
export interface Edge {
  /** Throws `foreign_host`. This stops DNS rebinding, where another name resolves to this server. */
  checkHost(headers: IncomingHttpHeaders): void
  /** `own`: our pages. `allowed`: an origin in the list. `foreign`: any other origin. `none`: no browser. */
  origin(headers: IncomingHttpHeaders): 'own' | 'allowed' | 'foreign' | 'none'
  /** The peer, or behind a trusted proxy the right-most address that is not a trusted proxy. */
  remoteAddress(request: IncomingMessage): string | null
  /** True for this machine and trusted proxies. Many callers may share the address, so it must not be limited. */
  isShared(address: string | null): boolean
  readonly publicOrigin: string
  readonly secure: boolean
}

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export function edge(
  config: Pick<Config, 'host' | 'publicUrl' | 'corsOrigins' | 'trustProxy'>,
  port: () => number,
): Edge {
  const publicOrigin = () =>
    config.publicUrl?.origin ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port()}`
  const loopback = isLoopback(config.host)
  const proxies = config.trustProxy.map((cidr) => ipaddr.parseCIDR(cidr))

  function isOwnHost(host: string): boolean {
    if (config.publicUrl !== null && host === config.publicUrl.host) return true
    if (!loopback) return false
    const [, name = '', given = ''] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host) ?? []
    const named = name === '127.0.0.1' || name === '[::1]' || name === 'localhost' || name.endsWith('.localhost')
    return named && Number(given === '' ? 80 : given) === port()
  }

  return {
    get publicOrigin() {
      return publicOrigin()
    },
    secure: config.publicUrl?.protocol === 'https:',
    checkHost(headers) {
      if (!isOwnHost((headers.host ?? '').toLowerCase())) throw new DomainError('foreign_host')
    },
    origin(headers) {
      const { origin } = headers
      if (origin === undefined) return 'none'
      if (config.corsOrigins.includes(origin)) return 'allowed'
      if (!URL.canParse(origin)) return 'foreign'
      const url = new URL(origin)
      // Our own page has the scheme of the public origin and the requested host.
      const own = url.host === (headers.host ?? '').toLowerCase() && url.protocol === new URL(publicOrigin()).protocol
      return own && isOwnHost(url.host) ? 'own' : 'foreign'
    },
    remoteAddress(request) {
      const peer = request.socket.remoteAddress ?? null
      const forwarded = request.headers['x-forwarded-for']
      if (peer === null || forwarded === undefined || !trusted(peer, proxies)) return peer
      const hops = [forwarded]
        .flat()
        .join(',')
        .split(',')
        .map((hop) => withoutPort(hop.trim()))
      // Anything left of an unreadable hop is claimed by the client, so it is not trusted.
      const first = hops.findLast((hop) => !trusted(hop, proxies))
      return first !== undefined && ipaddr.isValid(first) ? first : peer
    },
    isShared: (address) => address === null || isLoopback(address) || trusted(address, proxies),
  }
}

/** Refuses a write from a foreign page, whatever credential comes with it. */
export function checkOrigin(gate: Edge, method: string, headers: IncomingHttpHeaders): void {
  if (WRITES.has(method) && gate.origin(headers) === 'foreign') throw new DomainError('foreign_origin')
}

/** Some proxies append the client's port. */
function withoutPort(hop: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop
}

function trusted(address: string, proxies: readonly ReturnType<typeof ipaddr.parseCIDR>[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return proxies.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match([network, bits] as never))
}
