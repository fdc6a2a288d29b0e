/** The server ends a sign-in that is not used; the cookie only has to outlive every one that is. */
const MAX_AGE_SECONDS = 30 * 24 * 3600

/** `__Host-` binds the cookie to this host and to https. Without https the port stands in the name: cookies ignore ports. */
export function cookieName(secure: boolean, port: number): string {
  return secure ? '__Host-sentinelmesh' : `sentinelmesh-${port}`
}

/** No script reads it, no other site's request carries it. */
export function writeCookie(name: string, value: string, secure: boolean): string {
  const maxAge = value === '' ? 0 : MAX_AGE_SECONDS
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`
}
