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
  { entry, mapped, marks }: Pick<ParsedEntry, 'entry' | 'mapped' | 'marks'>,
  { ruleSet, idConflict, onJudged }: JudgeHow,
): Generator<undefined, Judged> {
  const marked = withMarks(entry, { ...marks, ...(idConflict ? ID_CONFLICT : {}) })
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

/** Shows a rule that an id was reported twice with different content. */
const ID_CONFLICT = { id_conflict: true }

function withMarks(entry: Entry, marks: Readonly<Record<string, string | boolean>>): Entry {
  return Object.keys(marks).length === 0 ? entry : { ...entry, attributes: withMembers(entry.attributes, marks) }
}

/** Adds members at the end, where they take precedence over members of the same name. */
export function withMembers(attributes: string | null, members: Readonly<Record<string, string | boolean>>): string {
  const inner =
    attributes === null ? '' : attributes.slice(attributes.indexOf('{') + 1, attributes.lastIndexOf('}')).trim()
  const added = JSON.stringify(members).slice(1)
  return `{${inner === '' ? '' : `${inner},`}${added}`
}
