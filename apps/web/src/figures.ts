/** Number formats: `94,218`, `412 K`, `1,284/s`, `256 KiB`, `6.6 s`, `+18 %`. */
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

const MINUS = '\u2212'
/** Placeholder for an unknown value; never used for zero. */
export const UNKNOWN = '\u2014'

export const exact = (count: number) => whole.format(count)

export function count(value: number): string {
  if (value < 100_000) return whole.format(value)
  if (value < 999_500) return `${threeDigits.format(value / 1e3)} K`
  if (value < 999_500_000) return `${threeDigits.format(value / 1e6)} M`
  return `${threeDigits.format(value / 1e9)} G`
}

/** The count with its noun: `1 entry`, `2 entries`. */
export function counted(value: number, singular: string, plural: string): string {
  return `${count(value)} ${value === 1 ? singular : plural}`
}

/** A rate per second, without its unit. */
export function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? oneDecimal.format(perSecond) : whole.format(perSecond)
}

export function bytes(size: number): string {
  if (size < 1024) return size === 1 ? '1 byte' : `${whole.format(size)} bytes`
  if (size < 1024 * 1024) return `${oneDecimal.format(size / 1024)} KiB`
  if (size < 1024 ** 3) return `${oneDecimal.format(size / 1024 / 1024)} MiB`
  return `${threeDigits.format(size / 1024 ** 3)} GiB`
}

/** The change from `before` to `now`, such as `up 18 %`; undefined if there is nothing to compare with. */
export function change(now: number, before: number | null): string | undefined {
  if (before === null || before === 0) return undefined
  const percent = ((now - before) / before) * 100
  if (Math.abs(percent) < 0.05) return 'unchanged'
  // Nobody can picture a percentage of four digits.
  if (percent >= 900) return 'up more than tenfold'
  return `${percent > 0 ? 'up' : 'down'} ${percentage(Math.abs(percent))}`
}

export function percentage(percent: number): string {
  return `${(percent < 10 ? oneDecimal : whole).format(percent)} %`
}

export function signed(value: number): string {
  return value < 0 ? `${MINUS}${whole.format(-value)}` : `+${whole.format(value)}`
}

export function duration(ms: number): string {
  if (ms < 1000) return `${whole.format(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${oneDecimal.format(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) {
    const rest = Math.round(seconds - minutes * 60)
    return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`
  }
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return `${Math.floor(hours / 24)} d`
}
