import { LIMITS } from '@sentinelmesh/api/constants'
import { LIMITS as RULE_LIMITS, type Entry, type Judged, type Payload } from '@sentinelmesh/rules'
import { leaves } from '@sentinelmesh/text/json-text'
import { combine } from '@sentinelmesh/rules/risk'
import { beginning, partsOf } from './cut-payload.ts'

type Match = Judged['matches'][number]
type Place = Match['places'][number]

/** Overlap of two windows, so that a match or a secret across the end of one is whole in the next. */
const OVERLAP = 16 * 1024
/** UTF-16 units of text judged at a time: the length of the longest REST entry. */
const WINDOW = { units: LIMITS.payloadBytes + OVERLAP, overlap: OVERLAP, head: 4 * 1024 }

/** An entry that is longer than the stored part. */
export interface Overlong {
  readonly entry: Entry
  /** JSON of the attributes for which there is no room; null where there are none. */
  readonly dropped: string | null
}

/** Returns whether an entry exceeds the stored size, so that `judgeWindows` must judge it. */
export function isOverlong({ entry, dropped }: Overlong): boolean {
  return dropped !== null || Buffer.byteLength(entry.payload.text) > LIMITS.payloadBytes
}

/**
 * Judges all that was sent, a window in each step, and gives the entry as it is to be stored: cut, so that padding hides
 * nothing behind the cut. A match from behind it has no places. A rule whose parts lie further apart than a window is not
 * seen; what is said at the beginning of JSON is known in every window.
 */
export function* judgeWindows(
  { entry, dropped }: Overlong,
  judge: (window: Entry) => Judged,
): Generator<undefined, Judged> {
  const [first = entry.payload, ...others] = partsOf(entry.payload, WINDOW)
  const judged = judge({ ...entry, payload: first })
  const found = new Map(judged.matches.map((match) => [match.ruleId, match]))
  const undecided = new Map(judged.undecided.map((rule) => [rule.ruleId, rule]))
  const overspent = new Map(judged.overspent.map((rule) => [rule.ruleId, rule]))
  const add = (window: Entry) => {
    const there = judge(window)
    for (const rule of there.undecided) undecided.set(rule.ruleId, rule)
    for (const rule of there.overspent) overspent.set(rule.ruleId, rule)
    for (const match of there.matches) {
      const before = found.get(match.ruleId)
      // One that counts is worth more than one that a filter held back.
      if (before === undefined || (before.filteredBy !== null && match.filteredBy === null))
        found.set(
          match.ruleId,
          withoutPlaces(match, () => false),
        )
    }
  }
  for (const payload of others) {
    yield
    add({ ...entry, payload })
  }
  for (const { text } of dropped === null ? [] : partsOf({ type: 'json', text: dropped }, WINDOW)) {
    yield
    add({ ...entry, payload: beginning(entry.payload, WINDOW.head), attributes: text })
  }

  const payload = kept(judged.entry.payload, others.length === 0)
  const isKept = placesIn(payload)
  const matches = [...found.values()].map((match) => withoutPlaces(match, isKept))
  const { risk, band, contributions } = combine({ matches, reportedRisk: entry.reportedRisk })
  return {
    entry: { ...judged.entry, payload },
    matches,
    // A rule that holds for one window is decided.
    undecided: [...undecided.values()].filter(({ ruleId }) => !found.has(ruleId)).slice(0, RULE_LIMITS.undecidedRules),
    overspent: [...overspent.values()],
    contributions,
    risk,
    band,
    masked: judged.masked,
  }
}

/** Less the last of a window that goes on: half of a secret may stand there, which nobody knew for one. */
function kept(redacted: Payload, isWhole: boolean): Payload {
  if (isWhole) return beginning(redacted, LIMITS.payloadBytes)
  const known = Buffer.byteLength(redacted.text.slice(0, -OVERLAP))
  return beginning(redacted, Math.min(LIMITS.payloadBytes, known))
}

/** Returns a test of whether a place lies in the stored part of the payload. */
function placesIn(payload: Payload): (place: Place) => boolean {
  const lengths = new Map<string | null, number>()
  if (payload.type === 'text') lengths.set(null, payload.text.length)
  else
    for (const { pointer, text } of leaves(payload.text, { depth: LIMITS.jsonDepth })) lengths.set(pointer, text.length)
  return ({ field, pointer, end }) => field !== 'payload' || end <= (lengths.get(pointer) ?? -1)
}

function withoutPlaces(match: Match, isKept: (place: Place) => boolean): Match {
  return {
    ...match,
    places: match.places.filter(isKept),
    selections: match.selections.map(({ name, parts }) => ({
      name,
      parts: parts.map((part) => ({ ...part, places: part.places.filter(isKept) })),
    })),
  }
}
