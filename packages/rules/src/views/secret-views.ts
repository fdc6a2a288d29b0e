import { newView } from './new-view.ts'
import { entryFields, payloadLeaves } from './tool-call.ts'
import { made, NOTHING, slice } from './view-text.ts'
import type { Entry } from '../entry.ts'
import type { View } from '../match/view.ts'
import { secretsOf, type Suspicion } from '../redact/entry-secrets.ts'

/** More secrets of one format add no evidence. */
const SAME_FORMAT = 4
/** The number of formats is bounded by the table of formats; this bounds the views, whatever they are. */
const SECRETS = 64

/**
 * Derives a view `secret` from each secret in the payload: what redaction masks is what rules see. `from` is the number
 * of the entry's other views.
 */
export function secretViews(entry: Entry, suspicion: Suspicion, from: number): readonly View[] {
  const texts = secretsOf(entry, suspicion).texts.filter(({ field }) => field === 'payload')
  if (texts.length === 0) return NONE
  const own = entryFields(entry)
  const leafAt = payloadLeaves(entry)
  const times = new Map<string, number>()
  const views: View[] = []
  for (const { start: at, runs } of texts) {
    for (const { format, start, end } of runs) {
      const before = times.get(format) ?? 0
      times.set(format, before + 1)
      if (before >= SAME_FORMAT || views.length >= SECRETS) continue
      const secret = slice(leafAt(at) ?? NOTHING, start, end)
      views.push(
        newView({
          logsource: SECRET,
          has: (field) => FIELDS.has(field),
          fields: () =>
            new Map([
              ['Format', [made(format, secret)]],
              ['Secret', [secret]],
              ['Kind', [made(entry.kind, null)]],
            ]),
          index: views.length,
          number: from + views.length,
          entry: own,
        }),
      )
    }
  }
  return views
}

const FIELDS = new Set(['Format', 'Secret', 'Kind'])
const SECRET = { category: 'secret' }
const NONE: readonly View[] = []
