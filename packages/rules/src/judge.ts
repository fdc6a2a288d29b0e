import type { Entry } from './entry.ts'
import { toMatch, toPlace } from './match/found.ts'
import type { LeafPlace } from './match/leaf-place.ts'
import type { Match, Place } from './match/match.ts'
import type { RuleSet } from './match/rule-set.ts'
import type { Overspent, Undecided } from './match/undecided.ts'
import type { EntryOptions } from './match/view.ts'
import { MASK, nothingMasked, redactEntry, type Masked, type Redacted, type Redaction } from './redact/redact.ts'
import { combine, type Band, type Contribution } from './risk.ts'

export interface Judged {
  /** Redacted, so that it may be stored, indexed, sent or shown. */
  readonly entry: Entry
  /** Their places refer to the redacted entry. */
  readonly matches: readonly Match[]
  /**
   * Rules that could not be decided, because their own work on this entry exceeded `ruleSteps`, or the work of all
   * rules exceeded `entrySteps`. They add no risk. At most `LIMITS.undecidedRules` are listed.
   */
  readonly undecided: readonly Undecided[]
  /** Rules whose work would leave themselves or others undecided again on a similar entry. */
  readonly overspent: readonly Overspent[]
  readonly contributions: readonly Contribution[]
  readonly risk: number
  readonly band: Band
  /** The number of masks by format. */
  readonly masked: readonly Masked[]
}

/**
 * Judges one entry: evaluates the rules on the entry as sent, computes the risk, and then masks secrets. A payload of
 * type `json` and the attributes must be valid JSON.
 */
export function judge(entry: Entry, ruleSet: RuleSet, redaction: Redaction, options: EntryOptions = {}): Judged {
  const { found, suspected, undecided, overspent } = ruleSet.program.entry(entry, false, options)
  const redacted = suspected === null ? nothingMasked(entry) : redactEntry(entry, redaction, suspected.where)
  const matches = found.map((one) => toMatch(one, (place) => shifted(place, redacted)))
  const { risk, band, contributions } = combine({ matches, reportedRisk: entry.reportedRisk })
  return { entry: redacted.entry, matches, undecided, overspent, contributions, risk, band, masked: redacted.masked }
}

/** Maps a place to the masked text. An end inside a masked range moves outward, so that the place covers the mask. */
function shifted(found: LeafPlace, redacted: Redacted): Place {
  const place = toPlace(found)
  const runs = redacted.runsOf(place.field, found.leaf.start)
  const pointer = place.pointer === null ? null : redacted.pointer(place.pointer)
  let [start, end] = [place.start, place.end]
  for (const run of runs) {
    const grown = MASK.length - (run.end - run.start)
    if (run.end <= place.start) start += grown
    else if (run.start < place.start) start -= place.start - run.start
    if (run.end <= place.end) end += grown
    else if (run.start < place.end) end += run.start + MASK.length - place.end
  }
  return { ...place, pointer, start, end }
}
