import { DEFAULT_REDACTION, redact, type Entry } from '@sentinelmesh/rules'

/** The usual log source and the usual id: small letters, or a UUID. No secret of any format looks like either. */
const NO_SECRET = /^(?:[a-z_]*|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/

/** Masks texts that no rule reads and that `judge` does not touch, because every stored text is masked. */
export function maskText(text: string): string {
  if (NO_SECRET.test(text)) return text
  return redact({ ...NOTHING, payload: { type: 'text', text } }, DEFAULT_REDACTION).entry.payload.text
}

const NOTHING: Omit<Entry, 'payload'> = {
  sender: '',
  receiver: null,
  kind: 'message',
  session: null,
  context: null,
  attributes: null,
  logsource: {},
  reportedRisk: null,
  system: null,
}
