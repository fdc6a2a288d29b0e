import { preferences } from './preferences.ts'

/** Date and time formats. Instants are milliseconds since 1970, shown in the time zone that the user chose. */
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const two = (value: number) => String(value).padStart(2, '0')

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  readonly ms: number
}

function parts(at: number): Parts {
  const date = new Date(at)
  if (preferences().zone === 'utc') {
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth(),
      day: date.getUTCDate(),
      hours: date.getUTCHours(),
      minutes: date.getUTCMinutes(),
      seconds: date.getUTCSeconds(),
      ms: date.getUTCMilliseconds(),
    }
  }
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    hours: date.getHours(),
    minutes: date.getMinutes(),
    seconds: date.getSeconds(),
    ms: date.getMilliseconds(),
  }
}

/** `14:22:16.870` */
export function exactTime(at: number): string {
  const { hours, minutes, seconds, ms } = parts(at)
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(ms).padStart(3, '0')}`
}

/** `14:22:16` */
export const clockTime = (at: number) => exactTime(at).slice(0, 8)
/** `14:22` */
export const hourMinute = (at: number) => exactTime(at).slice(0, 5)

/** `14 Apr`, with the year if it is not the current one. */
export function dayOf(at: number, now = Date.now()): string {
  const { year, month, day } = parts(at)
  return `${day} ${MONTHS[month] ?? ''}${year === parts(now).year ? '' : ` ${year}`}`
}

/** `14 Apr, 14:22` */
export const dayAndMinute = (at: number) => `${dayOf(at)}, ${hourMinute(at)}`

/** Midnight of the day of `at`, in the time zone that the user chose. */
export function startOfDay(at: number): number {
  const { year, month, day } = parts(at)
  return preferences().zone === 'utc' ? Date.UTC(year, month, day) : new Date(year, month, day).getTime()
}

export function nextDay(midnight: number): number {
  // A day has 23 or 25 hours when the clocks change.
  return startOfDay(midnight + 36 * HOUR)
}

/** `14 min`, `2 h`, or the date if that was a day ago or more. */
export function relative(at: number, now: number): string {
  const age = now - at
  if (age < MINUTE) return 'just now'
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`
  if (age < DAY) return `${Math.floor(age / HOUR)} h`
  return dayOf(at, now)
}

export function ago(at: number, now: number): string {
  const age = now - at
  return age >= MINUTE && age < DAY ? `${relative(at, now)} ago` : relative(at, now)
}

/** `UTC`, `UTC+2`, `UTC+5:30` */
export function zoneLabel(at: number): string {
  if (preferences().zone === 'utc') return 'UTC'
  const minutes = -new Date(at).getTimezoneOffset()
  if (minutes === 0) return 'UTC'
  const size = Math.abs(minutes)
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`
  return `UTC${minutes < 0 ? '\u2212' : '+'}${Math.floor(size / 60)}${rest}`
}

/** For `datetime-local` fields: `2026-04-14T14:22:16`. */
export function toField(at: number): string {
  const { year, month, day, hours, minutes, seconds } = parts(at)
  return `${String(year).padStart(4, '0')}-${two(month + 1)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(seconds)}`
}

export function fromField(text: string): number | undefined {
  const at = Date.parse(preferences().zone === 'utc' ? `${text}Z` : text)
  return text === '' || Number.isNaN(at) ? undefined : at
}

/** Tooltip of a time: date, time, and zone, then ISO 8601 with milliseconds. */
export function inFull(at: number): string {
  const date = new Date(at)
  return `${dayOf(at)}, ${exactTime(at)} ${zoneLabel(at)}\n${date.toISOString()}`
}

/** `14:20:30–14:23:00`, with dates if the days differ. */
export function span(from: number, to: number): string {
  const sameDay = startOfDay(from) === startOfDay(to)
  return sameDay ? `${clockTime(from)}\u2013${clockTime(to)}` : `${dayAndMinute(from)} \u2013 ${dayAndMinute(to)}`
}

/** The length of one bar of a chart: `per 15 min`. */
export function perStep(stepMs: number): string {
  const steps: [number, string][] = [
    [DAY, 'day'],
    [HOUR, 'hour'],
    [MINUTE, 'min'],
    [1000, 's'],
  ]
  for (const [size, name] of steps) {
    if (stepMs >= size) {
      const number = Math.round((stepMs / size) * 10) / 10
      if (number === 1) return `per ${name === 'min' ? 'minute' : name === 's' ? 'second' : name}`
      return `per ${number} ${name === 'hour' ? 'h' : name === 'day' ? 'days' : name}`
    }
  }
  return `per ${stepMs} ms`
}
