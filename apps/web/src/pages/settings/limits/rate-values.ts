import { LIMITS } from '@sentinelmesh/api/constants'

/** As typed: blank is no limit. */
export function toTypedRate(perSecond: number | null): string {
  return perSecond === null ? '' : String(perSecond)
}

/** Of what has no problem. */
export function toRate(typed: string): number | null {
  return typed === '' ? null : Number(typed)
}

/** What is wrong with what was typed. */
export function rateProblem(typed: string): string | undefined {
  if (typed === '') return undefined
  const perSecond = /^\d{1,6}(\.\d{1,3})?$/.test(typed) ? Number(typed) : Number.NaN
  if (perSecond >= LIMITS.rateLeast && perSecond <= LIMITS.rateMost) return undefined
  return `Enter a number from ${LIMITS.rateLeast} to ${LIMITS.rateMost.toLocaleString('en-US')}, or leave it blank.`
}
