import { createHmac } from 'node:crypto'

/** How the audit, which is never changed, names what was erased: a session's id may name a person. */
export function targetOf(hmacKey: Uint8Array, session: string | null): string {
  return session === null
    ? 'all'
    : `session:${createHmac('sha256', hmacKey).update(`session ${session}`).digest('hex')}`
}
