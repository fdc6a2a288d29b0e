import type { SeqRange } from '../../../log-store.ts'

/** What the index's thread is asked for. */
export type TextRequest =
  | { readonly type: 'advance' | 'expired' | 'progress'; readonly org: number }
  | { readonly type: 'forget'; readonly org: number; readonly ranges: readonly SeqRange[] }
  /** From this position on, for a slice of time. */
  | { readonly type: 'verify'; readonly org: number; readonly from: number }
  /** Begin anew: a reader found the file damaged. */
  | { readonly type: 'renew' }
  | { readonly type: 'close' }
