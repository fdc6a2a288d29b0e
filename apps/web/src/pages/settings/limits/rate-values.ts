import { LIMITS } from '@sentinelmesh/api/constants'

/** The text as typed. Blank means no limit. */
export function toTypedRate(perSecond: number | null): string {
  return perSecond === null ? '' : String(perSecond)
}

/** Converts a text that has no problem. */
export function toRate(typed: string): number | null {
  return typed === '' ? null : Number(typed)
}

/** Returns a sentence if the text is no valid rate. */
export function rateProblem(typed: string): string | undefined {
  if (typed === '') return undefined
  const perSecond = /^\d{1,6}(\.\d{1,3})?$/.test(typed) ? Number(typed) : Number.NaN
  if (perSecond >= LIMITS.rateLeast && perSecond <= LIMITS.rateMost) return undefined
  return `Enter a number from ${LIMITS.rateLeast} to ${LIMITS.rateMost.toLocaleString('en-US')}, or leave it blank.`
}
