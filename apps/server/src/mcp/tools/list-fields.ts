import { z } from 'zod'
import { schemas } from '@sentinelmesh/api/server'
import { FIELDS } from '@sentinelmesh/query'
import { Extent, From, rangeOf, To } from '../range.ts'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const HOURS = 7 * 24
const VALUES = 10

export const listFields = tool({
  name: 'list_fields',
  title: 'List fields',
  about:
    'What a query can ask for: each field with what it means and an example, and the most frequent values of the last seven days. Ask this first, rather than guess names.',
  input: z.strictObject({ from: From, to: To }),
  output: z.object({
    fields: z.array(
      z.object({ name: z.string(), about: z.string(), example: z.string(), values: z.array(z.string()) }),
    ),
    frequent: z.array(
      z.object({
        field: schemas.FacetField,
        values: z.array(z.object({ value: Untrusted, title: Untrusted.optional(), entries: z.number().int() })),
        distinct: z.number().int(),
      }),
    ),
    ...Extent,
    link: z.string(),
  }),
  async answer(call, asked) {
    const { services, mark, links, nowMs } = call
    const range = rangeOf(asked, nowMs, HOURS)
    const fields = [...schemas.FacetField.options]
    const found = await services.logs.facets(call, { ...range, fields, limit: VALUES })
    return {
      data: {
        fields: FIELDS.map(({ name, about, example, values = [] }) => ({ name, about, example, values: [...values] })),
        frequent: found.facets.map(({ field, values, distinct }) => ({
          field,
          values: values.map(({ value, title, count }) => ({
            value: mark.name(value),
            ...(title === undefined ? {} : { title: mark.name(title) }),
            entries: count,
          })),
          distinct,
        })),
        incomplete: found.incomplete,
        narrow: found.narrow,
        link: links.entries(range),
      },
      says: `${FIELDS.length} fields, and the most frequent values from ${range.from} to ${range.to}.`,
    }
  },
})
