import jwt from 'jsonwebtoken'
import { LIMITS } from '@sentinelmesh/api/constants'

export interface Claims {
  /** Username. */
  readonly sub: string
  /** Exact name of the org. */
  readonly org: string
  /** Seconds since 1970. */
  readonly exp: number
}

const ALGORITHM = 'HS256'

/**
 * A JWT whose payload the seed's clients decode themselves with *standard* base64: the JSON is ASCII, without `>`, `?`
 * or `~` (which encode to `-` or `_` in places), and padded with blanks to a multiple of three bytes.
 */
export function signAccessToken(
  key: Buffer,
  { sub, org }: { sub: string; org: string },
  nowMs: number,
): { token: string; expiresIn: number } {
  const expiresIn = LIMITS.accessTokenMinutes * 60
  const json = JSON.stringify({ sub, org, exp: Math.floor(nowMs / 1000) + expiresIn })
  const ascii = json.replaceAll(
    /[^\x20-\x7e]|[>?~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const padded = ascii.padEnd(Math.ceil(ascii.length / 3) * 3, ' ')
  // jsonwebtoken takes a text as payload; `typ` makes its `verify` read it back as JSON.
  const token = jwt.sign(padded, key, { algorithm: ALGORITHM, header: { alg: ALGORITHM, typ: 'JWT' } })
  return { token, expiresIn }
}

/** Undefined for a token that is forged, expired, of another algorithm, or not ours. */
export function verifyAccessToken(key: Buffer, token: string, nowMs: number): Claims | undefined {
  try {
    const claims = jwt.verify(token, key, { algorithms: [ALGORITHM], clockTimestamp: Math.floor(nowMs / 1000) })
    if (typeof claims === 'string') return undefined
    const { sub, org, exp } = claims as { sub?: unknown; org?: unknown; exp?: unknown }
    return typeof sub === 'string' && typeof org === 'string' && typeof exp === 'number' ? { sub, org, exp } : undefined
  } catch {
    return undefined
  }
}

/** Returns whether a token has expired. Like `verifyAccessToken`, it counts from the second that the token names. */
export function hasExpired({ exp }: Claims, nowMs: number): boolean {
  return Math.floor(nowMs / 1000) >= exp
}
