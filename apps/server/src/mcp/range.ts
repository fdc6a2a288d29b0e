import { z } from 'zod'
import { schemas } from '@sentinelmesh/api/server'

const HOUR_MS = 3_600_000

export const From = schemas.Instant.optional().meta({
  description: 'From this instant on, ISO 8601 with a zone, such as 2026-04-14T00:00:00Z.',
})
export const To = schemas.Instant.optional().meta({ description: 'Up to, and without, this instant.' })

/** Without `from` and `to`, the last hours. */
export function rangeOf(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
  hours: number,
): { readonly from: string; readonly to: string } {
  const end = to === undefined ? nowMs : Date.parse(to)
  return {
    from: from ?? new Date(end - hours * HOUR_MS).toISOString(),
    to: to ?? new Date(end).toISOString(),
  }
}

/** Fields of a search that ended at its time limit. */
export const Extent = {
  incomplete: z
    .boolean()
    .meta({ description: 'The search ended at its time limit: this is what was found until then.' }),
  narrow: z.string().nullable().meta({ description: 'Then: what would make it quicker.' }),
}
