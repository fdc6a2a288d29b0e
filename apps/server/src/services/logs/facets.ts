import type { Verb } from '../verb.ts'
import { readFilter } from './filter.ts'
import { narrowing } from './narrow.ts'

/** Includes the title of each rule that still exists. Throws `query_invalid`, `invalid_input`. */
export const facets: Verb<'logs.facets', 'ruleSets'> = async (
  { database, ruleSets, clock },
  { org, signal },
  { fields, limit, ...input },
) => {
  const filter = readFilter(input, clock.now())
  const [found, { rules }] = await Promise.all([
    database.reading(signal).search.facets(org, filter, { fields: [...new Set(fields)], limit }),
    ruleSets.of(org),
  ])
  return {
    facets: found.facets.map(({ field, values, distinct }) => ({
      field,
      values: values.map(({ value, count }) => {
        const title = field === 'rule' ? rules.get(value)?.title : undefined
        return { value, count, ...(title === undefined ? {} : { title }) }
      }),
      distinct,
    })),
    estimated: found.estimated,
    ...narrowing(filter, found),
  }
}
