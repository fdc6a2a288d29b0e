import type { SeqRange } from '../../../log-store.ts'

/** The requests of the full-text index's thread. */
export type TextRequest =
  | { readonly type: 'advance' | 'expired' | 'progress'; readonly org: number }
  | { readonly type: 'forget'; readonly org: number; readonly ranges: readonly SeqRange[] }
  /** Verifies one slice, from this position on. */
  | { readonly type: 'verify'; readonly org: number; readonly from: number }
  /** Rebuilds the index, because a reader found the file damaged. */
  | { readonly type: 'renew' }
  | { readonly type: 'close' }
