import type { Retention } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'

const GIB = 2 ** 30

/** As typed. Blank means the default. */
export interface Typed {
  readonly days: string
  /** In GiB. */
  readonly size: string
  readonly rollupsDays: string
}

export interface Values {
  readonly days: number | null
  readonly max_bytes: number | null
  readonly rollups_days: number | null
}

export function toTyped({ days, max_bytes: maxBytes, rollups_days: rollupsDays }: Values): Typed {
  return {
    days: days === null ? '' : String(days),
    size: maxBytes === null ? '' : String(Number((maxBytes / GIB).toFixed(3))),
    rollupsDays: rollupsDays === null ? '' : String(rollupsDays),
  }
}

export type Problems = { readonly [Name in keyof Typed]?: string }

/** Errors by field; none if it can be saved. */
export function problemsOf(typed: Typed, defaultDays: number): Problems {
  const days = `Enter a whole number of days from 1 to ${LIMITS.retentionDays.toLocaleString('en-US')}, or leave it blank.`
  const entryDays = typed.days === '' ? defaultDays : Number(typed.days)
  return {
    ...(isDays(typed.days) ? {} : { days }),
    ...(isSize(typed.size) ? {} : { size: 'Enter a size of at least 0.001 GiB, or leave it blank.' }),
    ...(isDays(typed.rollupsDays)
      ? typed.rollupsDays !== '' && Number(typed.rollupsDays) < entryDays
        ? { rollupsDays: `Counts are kept at least as long as entries: ${entryDays} days or more.` }
        : {}
      : { rollupsDays: days }),
  }
}

/** Converts input that has no errors. */
export function toValues({ days, size, rollupsDays }: Typed): Values {
  return {
    days: days === '' ? null : Number(days),
    max_bytes: size === '' ? null : Math.round(Number(size) * GIB),
    rollups_days: rollupsDays === '' ? null : Number(rollupsDays),
  }
}

export function isSame(typed: Typed, retention: Retention): boolean {
  const now = toTyped(retention)
  return typed.days === now.days && typed.size === now.size && typed.rollupsDays === now.rollupsDays
}

function isDays(text: string): boolean {
  return text === '' || (/^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= LIMITS.retentionDays)
}

function isSize(text: string): boolean {
  return text === '' || (/^\d{1,7}(\.\d{1,3})?$/.test(text) && Number(text) * GIB >= LIMITS.retentionLeastBytes)
}
