import type { TimePart } from '../parse/rule.ts'

/**
 * Extracts one part of an ISO 8601 date and time, with `T` or a space between them. No time zone is applied. `week` is
 * the ISO 8601 week. Null if the text is not a date, or has no time of day and `part` needs one.
 */
export function timePart(text: string, part: TimePart): number | null {
  const found = WRITTEN.exec(text)
  if (found === null) return null
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const hour = found[4] === undefined ? null : Number(found[4])
  const minute = found[5] === undefined ? null : Number(found[5])
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59) return null
  switch (part) {
    case 'year':
      return year
    case 'month':
      return month
    case 'day':
      return day
    case 'hour':
      return hour
    case 'minute':
      return minute
    case 'week':
      return isoWeek(date)
  }
}

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/i
const DAY_MS = 86_400_000

/** An ISO week belongs to the year of its Thursday; weeks are counted from that year's January 1. */
function isoWeek(date: Date): number {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS)
  return 1 + Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * DAY_MS))
}
