import ipaddr from 'ipaddr.js'
import { ConfigError } from './command-failed.ts'

/** The server that the environment names. Null if it names none. */
export function readClientConfig(
  env: NodeJS.ProcessEnv,
): { readonly url: string; readonly apiKey: string | null } | null {
  const url = env['SENTINELMESH_URL']
  if (url === undefined || url === '') return null
  return { url: exactOrigin('SENTINELMESH_URL', url), apiKey: env['SENTINELMESH_API_KEY'] ?? null }
}

/** The origin that a setting holds. Throws `ConfigError` if it is not an HTTP origin. */
export function exactOrigin(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.username !== ''
  ) {
    throw new ConfigError(
      `${name} has to be an origin such as https://sentinel.example, without a path; it is ${JSON.stringify(text)}.`,
    )
  }
  return url.origin
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const bare = host.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback'
}

/** The URL if it is https, or http on this machine. Undefined otherwise. */
export function secureUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  return isSecure ? url : undefined
}
