import type { Band } from '@sentinelmesh/rules/risk'

export { KINDS } from '@sentinelmesh/rules/entry'

/** The way by which an entry came in. */
export const SURFACES = ['rest', 'trpc', 'otlp', 'hook', 'mcp', 'import', 'demo'] as const
export type Surface = (typeof SURFACES)[number]

/** The bands' names, lowest first. */
export const BAND_NAMES = ['none', 'low', 'medium', 'high', 'critical'] as const satisfies readonly Band[]
