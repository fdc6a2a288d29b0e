import type { StoredEntry } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

/** Columns of an export as CSV (RFC 4180), in this order; `docs/exporting.md` says what is in them. */
const COLUMNS: readonly (readonly [name: string, of: (entry: StoredEntry) => string | number | boolean | null])[] = [
  ['id', ({ id }) => id],
  ['seq', ({ seq }) => seq],
  ['at', ({ at }) => toIso(at)],
  ['timestamp', ({ timestampText, at }) => timestampText ?? toIso(at)],
  ['received_at', ({ receivedAt }) => toIso(receivedAt)],
  ['sender', ({ sender }) => sender],
  ['receiver', ({ receiver }) => receiver],
  ['kind', ({ kind }) => kind],
  ['session', ({ session }) => session],
  ['context', ({ context }) => context],
  ['risk', ({ risk }) => risk],
  ['band', ({ band }) => band],
  ['rules', ({ matches }) => matches.map(({ ruleId }) => ruleId).join(' ')],
  ['rule_titles', ({ matches }) => matches.map(({ title }) => title).join('; ')],
  ['payload', ({ payload }) => payload.text],
  ['payload_type', ({ payload }) => payload.type],
  ['size', ({ size }) => size],
  ['attributes', ({ attributes }) => attributes],
  ['source_id', ({ sourceId }) => sourceId],
  ['reported_by', ({ reportedBy }) => reportedBy],
  ['surface', ({ surface }) => surface],
  ['verdict', ({ verdict }) => verdict],
  ['would', ({ would }) => would],
  ['unjudged', ({ unjudged }) => unjudged],
  ['undecided', ({ undecided }) => undecided.map(({ ruleId }) => ruleId).join(' ')],
]

export const CSV_HEAD = `${COLUMNS.map(([name]) => name).join()}\r\n`

export function toCsvLine(entry: StoredEntry): string {
  return `${COLUMNS.map(([, of]) => toCell(of(entry))).join()}\r\n`
}

export function toCell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value)
  // Many readers of CSV end a cell at NUL: its picture stands there instead.
  const text = withoutFormulas(value.replaceAll('\0', '\u2400'))
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Where a cell begins, a spreadsheet takes what follows for a formula: at the beginning of the text, and, in one that
 * splits at other characters than commas, behind a semicolon, a tab or a line break. It looks past blanks and quotes, and
 * some take the wide forms of the signs for the signs. What is passed over holds no beginning itself: that keeps the time
 * linear. Some drop a tab or carriage return at the beginning, so that what follows would begin the cell.
 */
const FORMULA =
  /(^|[;\t\r\n])([\0-\x08\v\f\x0E-\x20"'\x7F-\xA0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g
const DROPPED_AT_BEGINNING = /^(?=[\t\r])/

function withoutFormulas(text: string): string {
  return text.replaceAll(FORMULA, "$1'$2").replace(DROPPED_AT_BEGINNING, "'")
}
