import type { TailItem } from '@sentinelmesh/api'

type Progress = Extract<TailItem, { type: 'progress' }>

/**
 * Whether the reader has missed nothing. Each batch must begin where the last one ended; a tail that was cut in the
 * middle of a batch asks again from the end of the last whole one, and the rows that it sees twice are told by id.
 */
export interface Continuity {
  /** Everything up to here is accounted for; undefined until the first batch of a tail that began “from now”. */
  readonly proven: string | undefined
  /** How often the same step failed to join. */
  readonly breaks: number
}

export type Step =
  | { readonly joined: true; readonly next: Continuity }
  /** Ask again from `next.proven`. */
  | { readonly joined: false; readonly again: true; readonly next: Continuity }
  /** Asking again did not help: what lies between is missing, and the page says so. */
  | {
      readonly joined: false
      readonly again: false
      readonly next: Continuity
      readonly missing: { from: string; to: string }
    }

const TRIES = 2

/** A gap for this reason: the log ends before the reader's position, so it is another one now. */
export const REWOUND = 'rewound'

const REASONS: Readonly<Record<string, string>> = {
  retention: 'they are older than this organization keeps',
  erased: 'they were erased on request',
  restored: 'they were lost when a back-up was restored',
}

/** Why entries are not there, as the end of a sentence. */
export function gapReason(reason: string): string {
  return REASONS[reason] ?? 'the server has lost them'
}

export function beginAt(cursor: string | undefined): Continuity {
  return { proven: cursor, breaks: 0 }
}

export function step(state: Continuity, progress: Progress): Step {
  const { proven } = state
  if (proven === undefined || progress.from === proven) return { joined: true, next: beginAt(progress.cursor) }
  if (state.breaks < TRIES) return { joined: false, again: true, next: { proven, breaks: state.breaks + 1 } }
  return { joined: false, again: false, next: beginAt(progress.cursor), missing: { from: proven, to: progress.from } }
}
