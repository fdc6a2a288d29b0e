import { LIMITS } from '@sentinelmesh/api/constants'

/** `__Host-` binds the cookie to this host and to https. Without https the port stands in the name: cookies ignore ports. */
export function cookieName(secure: boolean, port: number): string {
  return secure ? '__Host-sentinelmesh' : `sentinelmesh-${port}`
}

/** No script reads it, no other site's request carries it. */
export function writeCookie(name: string, value: string, secure: boolean): string {
  const maxAge = value === '' ? 0 : LIMITS.signInHours * 3600
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`
}
