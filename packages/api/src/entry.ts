import type { Kind } from '@sentinelmesh/rules'
import type { Band } from '@sentinelmesh/rules/risk'

/** The kinds of a log entry. Stands here as well so that the browser need not load the rule engine for it. */
export const KINDS = [
  'message',
  'prompt',
  'completion',
  'tool_call',
  'tool_result',
  'tool_definition',
  'system',
] as const satisfies readonly Kind[]

/** The way by which an entry came in. */
export const SURFACES = ['rest', 'trpc', 'otlp', 'hook', 'mcp', 'import', 'demo'] as const
export type Surface = (typeof SURFACES)[number]

/** The bands' names, lowest first. */
export const BAND_NAMES = ['none', 'low', 'medium', 'high', 'critical'] as const satisfies readonly Band[]
