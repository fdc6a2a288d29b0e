import { LIMITS } from '@sentinelmesh/api/constants'
import type { TelemetryRecord } from '../otlp/telemetry.ts'

/** A record holds, or would become, more than a limit allows. */
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

/** Compares lengths of texts, which is quick. */
function largestField(record: TelemetryRecord): string {
  let largest = record.type === 'log' ? 'body' : 'events'
  let most = record.type === 'log' && typeof record.body === 'string' ? record.body.length : 0
  for (const [name, value] of record.attributes) {
    const length = typeof value === 'string' ? value.length : typeof value === 'object' ? STRUCTURE_LENGTH : 0
    if (length > most) [largest, most] = [name, length]
  }
  return largest.slice(0, LIMITS.contextChars)
}

/** A structure weighs as much as a text of this length. */
const STRUCTURE_LENGTH = 1024

interface Budget {
  values: number
  entries: number
}

let budget: Budget | null = null

/**
 * Bounds what one record is read into, so that no record holds the event loop for long, however its attributes nest texts
 * of JSON in each other. `work` has to be synchronous. Throws `RecordTooLarge`.
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

/** Called for each JSON value that is read. Outside of `withinRecordBudget` nothing is bounded. */
export function spendValue(): void {
  if (budget !== null && --budget.values < 0) throw new RecordTooLarge('otlpRecordValues')
}

/** The same for a reader that leaves out what is too much: false where this value is. */
export function hasRoomForValue(): boolean {
  return budget === null || --budget.values >= 0
}

/** True if the surrounding `withinRecordBudget` has left values out. */
export function isOutOfValues(): boolean {
  return budget !== null && budget.values < 0
}

/** Called for each entry that is made. */
export function spendEntry(): void {
  if (budget !== null && --budget.entries < 0) throw new RecordTooLarge('otlpRecordEntries')
}
