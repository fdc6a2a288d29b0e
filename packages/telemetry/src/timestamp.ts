import { LIMITS } from '@sentinelmesh/api/constants'

/** An instant in microseconds UTC, and the text that was sent, if any. */
export interface Timestamp {
  readonly at: number
  readonly text: string | null
}

const SECONDS_BELOW = 1e11
const MILLISECONDS_BELOW = 1e14
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/

/**
 * Parses ISO 8601 (space or `T`; UTC if there is no zone, as in Python's `utcnow().isoformat()`; 1–9 fraction digits),
 * or a number: below 10^11 seconds, below 10^14 milliseconds. Absent, null, '', and 0 mean `now`.
 * Returns an error sentence if it cannot be parsed, is before 1970, or is more than 24 h ahead of `nowMs`.
 */
export function parseTimestamp(value: unknown, nowMs: number): Timestamp | string {
  if (value === undefined || value === null || value === '' || value === 0) return { at: nowMs * 1000, text: null }
  const at = typeof value === 'number' ? fromNumber(value) : typeof value === 'string' ? fromText(value) : undefined
  if (at === undefined) {
    return 'timestamp has to be ISO 8601 such as 2026-04-14T14:22:16.870Z, or seconds or milliseconds since 1970.'
  }
  if (at < 0) return 'timestamp lies before 1970.'
  if (at > (nowMs + LIMITS.aheadMs) * 1000) return 'timestamp lies more than 24 h in the future.'
  return { at, text: typeof value === 'string' ? value : String(value) }
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return value < 0 ? -1 : undefined
  if (value < SECONDS_BELOW) return Math.round(value * 1e6)
  if (value < MILLISECONDS_BELOW) return Math.round(value * 1e3)
  return undefined
}

function fromText(text: string): number | undefined {
  const found = ISO.exec(text.trim())
  if (found === null) return /^\d+(\.\d+)?$/.test(text) ? fromNumber(Number(text)) : undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = found
  const days = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const exists = days.getUTCMonth() === Number(month) - 1 && days.getUTCDate() === Number(day)
  // 60 is a leap second, which POSIX time counts as the next second.
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  const offset = zoneMinutes(zone)
  if (offset === undefined) return undefined
  const seconds = Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second)
  // Truncates digits below a microsecond; rounding could move an instant into the next second.
  return days.getTime() * 1000 + seconds * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6))
}

function zoneMinutes(zone: string): number | undefined {
  if (/^(z|utc)$/i.test(zone)) return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** Microseconds UTC as ISO 8601 with milliseconds. */
export function toIso(at: number): string {
  return new Date(Math.floor(at / 1000)).toISOString()
}
