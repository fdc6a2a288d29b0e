import { BANDS, type Band } from '@sentinelmesh/rules/risk'

export { KINDS, SYSTEMS } from '@sentinelmesh/rules/entry'

/** The interface through which an entry arrived. */
export const SURFACES = ['rest', 'trpc', 'otlp', 'hook', 'mcp', 'import', 'demo'] as const
export type Surface = (typeof SURFACES)[number]

/** The inline verdict on an entry before it takes effect, mildest first. */
export const VERDICTS = ['allow', 'flag', 'ask', 'block'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The bands' names, lowest first. */
export const BAND_NAMES = ['none', 'low', 'medium', 'high', 'critical'] as const satisfies readonly Band[]

/** The bands that together are exactly this range of risks; undefined if the range cuts a band in two. */
export function bandsWithin(from: number, to: number): readonly Band[] | undefined {
  const touched = BAND_NAMES.filter((name) => BANDS[name].from <= to && BANDS[name].to >= from)
  return touched.every((name) => BANDS[name].from >= from && BANDS[name].to <= to) ? touched : undefined
}
