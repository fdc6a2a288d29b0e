import type { Payload } from '@sentinelmesh/rules'
import { leaves } from '@sentinelmesh/text/json-text'
import { LIMITS } from '../limits.ts'

/** Splits a payload that is too long for one request into texts. They overlap, so that no match is cut at a boundary. */
export function payloadParts(payload: Payload): readonly Payload[] {
  if (payload.text.length <= LIMITS.partChars) return [payload]
  const text =
    payload.type === 'text'
      ? payload.text
      : leaves(payload.text, { depth: Infinity })
          .map((leaf) => leaf.text)
          .join('\n')
  const step = LIMITS.partChars - LIMITS.partOverlapChars
  const count = Math.max(1, Math.ceil((text.length - LIMITS.partOverlapChars) / step))
  return Array.from({ length: count }, (_, n) => ({
    type: 'text',
    text: text.slice(n * step, n * step + LIMITS.partChars),
  }))
}
