import { LIMITS } from '@sentinelmesh/api/constants'
import type { TelemetryRecord } from '../otlp/telemetry.ts'

/** A record has more values, or would make more entries, than a limit allows. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge'
  constructor(readonly limit: 'otlpRecordValues' | 'otlpRecordEntries') {
    super(limit)
  }
}

/** A sentence for the sender of the record: its largest field, the limit, and what to do. */
export function tooLarge(record: TelemetryRecord, { limit }: Pick<RecordTooLarge, 'limit'>): string {
  const field = largestField(record)
  const allowed = LIMITS[limit].toLocaleString('en-US')
  return limit === 'otlpRecordValues'
    ? `A record may hold at most ${allowed} values, those in texts of JSON included (limit ${limit}). One with more, mostly in ${field}, was left out. Shorten ${field}.`
    : `A record may become at most ${allowed} entries (limit ${limit}). One with more, mostly in ${field}, was left out. Put fewer messages and tools into ${field}.`
}

/** Compares only the lengths of texts, because that is fast. */
function largestField(record: TelemetryRecord): string {
  let largest = record.type === 'log' ? 'body' : 'events'
  let most = record.type === 'log' && typeof record.body === 'string' ? record.body.length : 0
  for (const [name, value] of record.attributes) {
    const length = typeof value === 'string' ? value.length : typeof value === 'object' ? STRUCTURE_LENGTH : 0
    if (length > most) [largest, most] = [name, length]
  }
  return largest.slice(0, LIMITS.contextChars)
}

/** A structure counts as a text of this length. */
const STRUCTURE_LENGTH = 1024

interface Budget {
  values: number
  entries: number
}

let budget: Budget | null = null

/**
 * Bounds the values and entries of one record, so that none blocks the event loop for long, however deep its attributes
 * nest JSON texts in each other. `work` must be synchronous. Throws `RecordTooLarge`.
 */
export function withinRecordBudget<Result>(work: () => Result): Result {
  const outer = budget
  budget = { values: LIMITS.otlpRecordValues, entries: LIMITS.otlpRecordEntries }
  try {
    return work()
  } finally {
    budget = outer
  }
}

/** Called for each parsed JSON value. Outside `withinRecordBudget` nothing is bounded. */
export function spendValue(): void {
  if (budget !== null && --budget.values < 0) throw new RecordTooLarge('otlpRecordValues')
}

/** For a reader that omits values over the budget instead of throwing: false if it must omit this value. */
export function hasRoomForValue(): boolean {
  return budget === null || --budget.values >= 0
}

/** True if values were omitted within the surrounding `withinRecordBudget`. */
export function isOutOfValues(): boolean {
  return budget !== null && budget.values < 0
}

/** Called for each entry that is made. */
export function spendEntry(): void {
  if (budget !== null && --budget.entries < 0) throw new RecordTooLarge('otlpRecordEntries')
}
