import type { Principal, SignInCookie } from '@sentinelmesh/api'
import type { EntryYield } from '../../judging/entry-yield.ts'

/** The facts about a request that are known before its body is read. */
export interface RequestContext {
  readonly requestId: string
  readonly remoteAddress: string | null
  readonly principal: Principal | null
  /** The error for an invalid credential. Null for a browser whose session has expired. */
  readonly refused: 'unauthenticated' | 'invalid_credentials' | null
  readonly cookie: SignInCookie
  /** Aborts if the caller hangs up before the reply. */
  readonly gone: AbortSignal
  /** Counts more bytes for the body, such as inflated ones. Throws `store_busy`. */
  readonly holdBody: (bytes: number) => void
  /** The body's bytes stay counted until this work has ended, even after the reply or a hang-up. */
  readonly holdWhile: (work: Promise<unknown>) => void
  /** `EntryYield.next` for the caller's organization. */
  readonly turn: (lane?: Parameters<EntryYield['next']>[1]) => Promise<void> | undefined
}
