import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'

/** Long enough for a device that is used a few times a year. */
export const DEVICE_DAYS = 180
const NONCE_BYTES = 16

/**
 * Device cookies: proof that a user signed in on this device before, which outlives the sign-in and signs nobody in. It
 * only gives its holder attempts of their own (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Nothing is
 * stored: the cookie is a random id with an HMAC that binds it to the username.
 */
export interface Devices {
  issue(username: string): string
  /** The id of the device; null for a cookie that is forged, has expired or is another user's. */
  idOf(cookie: string | null, username: string): string | null
}

export function devices({ clock, signingKey }: { clock: Clock; signingKey: Buffer }): Devices {
  const key = createHmac('sha256', signingKey).update('sentinelmesh device cookie').digest()
  const macOf = (username: string, expires: string, id: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([username, expires, id]))
      .digest()

  return {
    issue(username) {
      const expires = (Math.floor(clock.now() / 1000) + DEVICE_DAYS * 24 * 3600).toString(36)
      const id = randomBytes(NONCE_BYTES).toString('base64url')
      return `${expires}.${id}.${macOf(username, expires, id).toString('base64url')}`
    },
    idOf(cookie, username) {
      const [expires = '', id = '', mac = '', more] = (cookie ?? '').split('.')
      if (mac === '' || more !== undefined) return null
      const shown = Buffer.from(mac, 'base64url')
      const right = macOf(username, expires, id)
      if (shown.length !== right.length || !timingSafeEqual(shown, right)) return null
      return Number.parseInt(expires, 36) * 1000 > clock.now() ? id : null
    },
  }
}
