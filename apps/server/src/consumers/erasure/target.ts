import { createHmac } from 'node:crypto'

/** Names what was erased in the audit, which is never changed. A session's id may name a person, so its HMAC stands for it. */
export function targetOf(hmacKey: Uint8Array, session: string | null): string {
  return session === null
    ? 'all'
    : `session:${createHmac('sha256', hmacKey).update(`session ${session}`).digest('hex')}`
}
