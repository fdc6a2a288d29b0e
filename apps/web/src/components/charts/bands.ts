import type { Overview } from '@sentinelmesh/api'

export type Bucket = Overview['series'][number]

/** Order of the segments of a stacked bar, bottom to top. */
export const STACK = ['none', 'low', 'medium', 'high', 'critical'] as const
export const AT_RISK = ['low', 'medium', 'high', 'critical'] as const
export type StackBand = (typeof STACK)[number]
