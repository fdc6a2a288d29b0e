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
  /** Redacted: what may be stored, indexed, sent or shown. */
  readonly entry: Entry
  /** Their places are those in the redacted entry. */
  readonly matches: readonly Match[]
  /**
   * Rules of which it is not known whether they hold: their work on this entry exceeded `ruleSteps`, or that of all rules
   * together `entrySteps`. They count for nothing in the risk. At most `undecidedRules` are named.
   */
  readonly undecided: readonly Undecided[]
  /** Rules that would make others or themselves undecided again on an entry like this. */
  readonly overspent: readonly Overspent[]
  readonly contributions: readonly Contribution[]
  readonly risk: number
  readonly band: Band
  /** What was masked, by format. */
  readonly masked: readonly Masked[]
}

/**
 * The whole of what happens to an entry between the edge and the store: rules are tried on what was sent, the risk is
 * worked out, and last of all secrets are masked. A payload or attributes that say they are JSON must be.
 */
export function judge(entry: Entry, ruleSet: RuleSet, redaction: Redaction, options: EntryOptions = {}): Judged {
  const { found, suspected, undecided, overspent } = ruleSet.program.entry(entry, false, options)
  const redacted = suspected === null ? nothingMasked(entry) : redactEntry(entry, redaction, suspected.where)
  const matches = found.map((one) => toMatch(one, (place) => shifted(place, redacted)))
  const { risk, band, contributions } = combine({ matches, reportedRisk: entry.reportedRisk })
  return { entry: redacted.entry, matches, undecided, overspent, contributions, risk, band, masked: redacted.masked }
}

/** The place in the masked text: an end that lies in a masked run moves outward, so that the place covers the mask. */
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
