import { fairYield, type FairYield } from '@sentinelmesh/flow/fair-yield'
import { LIMITS } from './limits.ts'

/** `verdict`: a caller waits for the answer before it acts, so it overtakes the bulk work of its own organization. */
export const LANES = ['verdict', 'bulk'] as const
export type Lane = (typeof LANES)[number]

/** Shares the event loop among organizations. `null`: no organization is known yet. A piece is one entry at most. */
export type EntryYield = FairYield<number | null, Lane>

export const entryYield = (): EntryYield => fairYield({ sliceMs: LIMITS.sliceMs, lanes: LANES })
