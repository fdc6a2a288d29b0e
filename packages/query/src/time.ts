import type { TimeClause } from './ast.ts'

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const
const SECOND = 1_000_000
const RELATIVE = /^-?(\d{1,6})([smhdw])$/
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/i

/** The interval that a written time denotes, in microseconds: 2026-04-14 is a day, 2026-04-14T10:00 a minute. */
export interface Span {
  /** Inclusive. */
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** True for `15m` and `-15m`, which both mean that long before now. */
  readonly relative: boolean
}

/** Parses a time; undefined if `text` is not one. UTC unless it has a zone. `now` is in microseconds. */
export function readTime(text: string, now: number): Span | undefined {
  const ago = RELATIVE.exec(text)
  if (ago !== null) {
    const [, count, unit] = ago
    const start = now - Number(count) * UNITS[unit as keyof typeof UNITS] * SECOND
    return { start, end: start + 1, relative: true }
  }
  const found = ISO.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = found
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  )
  // Date.UTC turns April 31 into May 1, and reads years before 100 as 19xx.
  const written = `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.000Z`
  if (Number(year) < 100 || new Date(local).toISOString() !== written) return undefined
  const offset = zoneMinutes(zone ?? 'Z')
  if (offset === undefined) return undefined
  const micros = Number((fraction ?? '').slice(0, 6).padEnd(6, '0'))
  const start = (local - offset * 60_000) * 1_000 + micros
  return { start, end: start + width(hour, second, fraction), relative: false }
}

function width(hour: string | undefined, second: string | undefined, fraction: string | undefined): number {
  if (hour === undefined) return UNITS.d * SECOND
  if (second === undefined) return UNITS.m * SECOND
  return 10 ** (6 - Math.min(6, fraction?.length ?? 0))
}

function zoneMinutes(zone: string): number | undefined {
  if (zone.length === 1) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** The bounds of a time clause in microseconds: `from` inclusive, `before` exclusive, null if open. */
export interface TimeBounds {
  readonly from: number | null
  readonly before: number | null
}

/**
 * `at:2026-04-14` means that day; `<=` extends to its end, and `>` begins after it. `at:15m` means since then. `now` is
 * in microseconds, like the entry's times.
 */
export function timeBounds(test: TimeClause['test'], now: number): TimeBounds {
  if (test.type === 'between') return { from: spanOf(test.from, now).start, before: spanOf(test.to, now).end }
  const { start, end, relative } = spanOf(test.value, now)
  switch (test.op) {
    case '=':
      return { from: start, before: relative ? null : end }
    case '>':
      return { from: end, before: null }
    case '>=':
      return { from: start, before: null }
    case '<':
      return { from: null, before: start }
    case '<=':
      return { from: null, before: end }
  }
}

function spanOf(text: string, now: number): Span {
  const span = readTime(text, now)
  // Only a tree that `parse` did not create gets here. Ignoring the clause would silently change the query.
  if (span === undefined) throw new RangeError('A time in the query is not a time.')
  return span
}
