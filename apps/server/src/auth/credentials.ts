import type { IncomingHttpHeaders } from 'node:http'

/** The credentials in a request, not verified yet. */
export type Credential =
  | { readonly type: 'bearer'; readonly value: string }
  | { readonly type: 'cookie'; readonly value: string }
  /** An `Authorization` header of a scheme that is not read here, such as Basic. */
  | { readonly type: 'unread' }
  | null

/** `Authorization: Bearer` (in any case) or `X-API-Key` before the browser's cookie. */
export function credentialOf(headers: IncomingHttpHeaders, cookieName: string): Credential {
  const authorization = /^bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1]
  if (authorization !== undefined) return { type: 'bearer', value: authorization }
  const scheme = headers.authorization?.trim().split(/\s/)[0] ?? ''
  // Something else was shown: it must not fall back to a cookie or to nobody.
  if (scheme !== '') return scheme.toLowerCase() === 'bearer' ? { type: 'bearer', value: '' } : { type: 'unread' }
  const key = headers['x-api-key']
  if (key !== undefined) return { type: 'bearer', value: [key].flat().join('') }
  const cookie = readCookie(headers.cookie, cookieName)
  return cookie === undefined || cookie === '' ? null : { type: 'cookie', value: cookie }
}

/** The error for a credential that belongs to nobody. Null for a browser whose sign-in has ended. */
export function refusalOf(credential: Credential): 'unauthenticated' | 'invalid_credentials' | null {
  switch (credential?.type) {
    case 'bearer':
      return 'invalid_credentials'
    case 'unread':
      return 'unauthenticated'
    default:
      return null
  }
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const split = part.indexOf('=')
    if (split > 0 && part.slice(0, split).trim() === name) return part.slice(split + 1).trim()
  }
  return undefined
}
