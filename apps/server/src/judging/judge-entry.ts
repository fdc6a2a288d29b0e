import { DEFAULT_REDACTION, judge, redact, type Entry, type Judged, type RuleSet } from '@sentinelmesh/rules'
import { combine } from '@sentinelmesh/rules/risk'
import { viewsOf } from '@sentinelmesh/rules/views'
import { isOverlong, judgeWindows } from './judge-windows.ts'
import type { ParsedEntry } from './parsed-entry.ts'

export interface JudgeHow {
  readonly ruleSet: RuleSet | null
  /** Its id was reported before, with other content. */
  readonly idConflict: boolean
  /** Called for each window of the entry, with the microseconds that it took and the rules that spent too much on it. */
  readonly onJudged?: (window: Entry, micros: number, overspent: Judged['overspent']) => void
}

/**
 * Judges all that was sent of an entry, on whichever thread. Null rules: it is only redacted. An overlong entry takes
 * several steps; between two of them others can have the thread.
 */
export function* judgeEntry(
  { entry, mapped }: Pick<ParsedEntry, 'entry' | 'mapped'>,
  { ruleSet, idConflict, onJudged }: JudgeHow,
): Generator<undefined, Judged> {
  const marked = idConflict ? withConflict(entry) : entry
  const judgeOne = (one: Entry): Judged => {
    if (ruleSet === null) return redactOnly(one)
    const began = performance.now()
    const judged = judge(one, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
    onJudged?.(one, (performance.now() - began) * 1000, judged.overspent)
    return judged
  }
  if (mapped === null || !isOverlong({ entry, dropped: mapped.dropped })) return judgeOne(marked)
  return yield* judgeWindows({ entry: marked, dropped: mapped.dropped }, judgeOne)
}

function redactOnly(entry: Entry): Judged {
  const { entry: redacted, masked } = redact(entry, DEFAULT_REDACTION)
  const nothing = { matches: [], undecided: [], overspent: [] }
  return { entry: redacted, masked, ...nothing, ...combine({ matches: [], reportedRisk: entry.reportedRisk }) }
}

/** The mark by which a rule sees that an id was reported twice with different content. */
function withConflict(entry: Entry): Entry {
  const { attributes } = entry
  const inner =
    attributes === null ? '' : attributes.slice(attributes.indexOf('{') + 1, attributes.lastIndexOf('}')).trim()
  return { ...entry, attributes: `{${inner === '' ? '' : `${inner},`}"id_conflict":true}` }
}
