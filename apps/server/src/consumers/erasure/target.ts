import { createHmac } from 'node:crypto'

/**
 * Names the erased data in the audit, which is never changed. The id of a session may name a person, so its HMAC is
 * used.
 */
export function targetOf(hmacKey: Uint8Array, session: string | null): string {
  return session === null
    ? 'all'
    : `session:${createHmac('sha256', hmacKey).update(`session ${session}`).digest('hex')}`
}
