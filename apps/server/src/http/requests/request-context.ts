import type { Principal, SignInCookie } from '@sentinelmesh/api'
import type { EntryYield } from '../../judging/entry-yield.ts'

/** What is known of a request before its body is read. */
export interface RequestContext {
  readonly requestId: string
  readonly remoteAddress: string | null
  readonly principal: Principal | null
  /** The error for a credential that belongs to nobody. Null for a browser whose sign-in has ended. */
  readonly refused: 'unauthenticated' | 'invalid_credentials' | null
  readonly cookie: SignInCookie
  /** Aborts when the caller hangs up before it was answered. */
  readonly gone: AbortSignal
  /** Counts more bytes for its body, such as what it inflates to. Throws `store_busy`. */
  readonly holdBody: (bytes: number) => void
  /** Its body counts as under way until this has ended too, though the reply has left or the caller is gone. */
  readonly holdWhile: (work: Promise<unknown>) => void
  /** `EntryYield.next` for the caller's organization. */
  readonly turn: (lane?: Parameters<EntryYield['next']>[1]) => Promise<void> | undefined
}
