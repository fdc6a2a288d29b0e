import type { StoredEntry } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

/** Columns of a CSV export (RFC 4180), in this order. `docs/exporting.md` describes them. */
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
  // Many CSV readers end a cell at NUL, so its symbol replaces it.
  const text = withoutFormulas(value.replaceAll('\0', '\u2400'))
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Matches the places where a spreadsheet could begin a formula: the beginning of the text, and after a semicolon, tab,
 * or line break, since some programs split at these. Spreadsheets skip blanks and quotes before a formula, and some
 * accept the full-width forms of the signs. The skipped characters cannot begin a formula themselves, which keeps
 * matching linear. Some programs drop a leading tab or carriage return, so that the formula after it would begin the
 * cell.
 */
const FORMULA =
  /(^|[;\t\r\n])([\0-\x08\v\f\x0E-\x20"'\x7F-\xA0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g
const DROPPED_AT_BEGINNING = /^(?=[\t\r])/

function withoutFormulas(text: string): string {
  return text.replaceAll(FORMULA, "$1'$2").replace(DROPPED_AT_BEGINNING, "'")
}
