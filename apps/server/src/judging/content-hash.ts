import { createHmac } from 'node:crypto'
import type { Entry } from '@sentinelmesh/rules'

/** Of an entry without an id: there is nothing to compare, and an HMAC costs a twentieth of the whole way. */
export const NO_HASH = new Uint8Array(0)

/** Over the entry as received, before redaction; keyed, because the bare hash of a short text can be guessed. */
export function contentHash(key: Uint8Array, entry: Entry, timestampText: string | null): Uint8Array {
  const { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk } = entry
  const { product, category, service } = logsource
  const canonical = [
    sender,
    receiver,
    kind,
    session,
    context,
    payload.type,
    payload.text,
    attributes,
    product,
    category,
    service,
    reportedRisk,
    timestampText,
  ]
  return createHmac('sha256', key).update(JSON.stringify(canonical)).digest()
}
