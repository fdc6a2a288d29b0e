import type { TailItem } from '@sentinelmesh/api'

type Progress = Extract<TailItem, { type: 'progress' }>

/**
 * Detects missed batches. Each batch must begin where the previous one ended. A tail that broke in the middle of a
 * batch resumes from the end of the last complete one; rows delivered twice are recognized by id.
 */
export interface Continuity {
  /** Everything up to this cursor was received; undefined before the first batch of a tail that began at the head. */
  readonly proven: string | undefined
  /** The number of consecutive batches that did not begin at the cursor. */
  readonly breaks: number
}

export type Step =
  | { readonly joined: true; readonly next: Continuity }
  /** Resubscribe from `next.proven`. */
  | { readonly joined: false; readonly again: true; readonly next: Continuity }
  /** Resubscribing did not help: the entries in between are missing, and the page says so. */
  | {
      readonly joined: false
      readonly again: false
      readonly next: Continuity
      readonly missing: { from: string; to: string }
    }

const MAX_RESUBSCRIBES = 2

/** Reason of a gap if the log ends before the cursor: it is a different log now. */
export const REWOUND = 'rewound'

const REASONS: Readonly<Record<string, string>> = {
  retention: 'the retention policy deleted them',
  erased: 'they were erased on request',
  restored: 'they were lost when a backup was restored',
}

/** The reason of a gap, as the end of a sentence. */
export function gapReason(reason: string): string {
  return REASONS[reason] ?? 'the server lost them'
}

export function beginAt(cursor: string | undefined): Continuity {
  return { proven: cursor, breaks: 0 }
}

export function step(state: Continuity, progress: Progress): Step {
  const { proven } = state
  if (proven === undefined || progress.from === proven) return { joined: true, next: beginAt(progress.cursor) }
  if (state.breaks < MAX_RESUBSCRIBES) return { joined: false, again: true, next: { proven, breaks: state.breaks + 1 } }
  return { joined: false, again: false, next: beginAt(progress.cursor), missing: { from: proven, to: progress.from } }
}
