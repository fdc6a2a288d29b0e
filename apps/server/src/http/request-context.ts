import type { Principal, SignInCookie } from '@sentinelmesh/api'

/** What is known of a request before its body is read. */
export interface RequestContext {
  readonly requestId: string
  readonly remoteAddress: string | null
  readonly principal: Principal | null
  readonly cookie: SignInCookie
}
