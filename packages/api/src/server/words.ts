import { z } from 'zod'
import { LEVELS } from '@sentinelmesh/rules/risk'
import { ROLES, SCOPES } from '../access.ts'
import { BAND_NAMES, KINDS, SURFACES, SYSTEMS } from '../entry.ts'

/** The closed lists of the vocabulary, and schemas that entries and rules share. */
export const Band = z.enum(BAND_NAMES)
export const Level = z.enum(LEVELS)
export const Kind = z.enum(KINDS)
export const System = z.enum(SYSTEMS)
export const Surface = z.enum(SURFACES)
export const Role = z.enum(ROLES)
export const Scope = z.enum(SCOPES)

/** An instant: ISO 8601 with a zone. */
export const Instant = z.iso.datetime({ offset: true })

export const LogSourceOut = z.object({
  product: z.string().optional(),
  category: z.string().optional(),
  service: z.string().optional(),
})

/** The range of a match, in UTF-16 units of the field's text or of the unescaped JSON leaf at `pointer`. */
export const Place = z.object({
  view: z.string().optional(),
  field: z.string(),
  pointer: z.string().nullable(),
  start: z.number().int(),
  end: z.number().int(),
})
export type Place = z.infer<typeof Place>

/** A selection of a rule that matched, with the places of each matching value. */
export const HeldSelection = z.object({
  name: z.string(),
  parts: z.array(
    z.object({
      /** Null for keywords, which match any text of the entry. */
      field: z.string().nullable(),
      modifiers: z.array(z.string()),
      /** Index of the value in the rule's list, from 0. */
      value: z.number().int(),
      /** The value in the rule's text; null if that version of the rule is no longer stored. */
      pattern: z.string().nullable(),
      places: z.array(Place),
    }),
  ),
})
export type HeldSelection = z.infer<typeof HeldSelection>
