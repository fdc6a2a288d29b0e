import type { Principal } from './access.ts'
import type { OPERATIONS } from './server/operations/index.ts'
import type { InputOf, Operation, ResultOf } from './server/operations/operation.ts'

/** Sets or clears the browser's cookie; does nothing for other callers. */
export interface SignInCookie {
  set(token: string): void
  clear(): void
  readonly token: string | null
  /** The cookie of a device on which a user signed in before. It stays when they sign out. */
  setDevice(device: string): void
  readonly device: string | null
}

/** The caller of an operation, and the parts of the connection that operations use. */
export interface Call {
  readonly principal: Principal | null
  /** Null for a caller on this machine that came through the socket in the data folder. */
  readonly remoteAddress: string | null
  /** Aborts when nobody waits for the reply anymore, so that long work can stop. */
  readonly signal: AbortSignal
  readonly cookie: SignInCookie
  /** Keeps counting the request's body as held until this work ends, even after the reply is sent. */
  readonly holdWhile: (work: Promise<unknown>) => void
  /** Resolves when everything sent to this caller has left the process. */
  readonly drained: () => Promise<void>
  /** Counts one more tail of this caller's connection, until it is disposed of. Throws `rate_limited`. */
  readonly holdTail: () => Disposable
}

type ServiceOf<Op extends Operation> =
  InputOf<Op> extends undefined
    ? (call: Call, input?: undefined) => ResultOf<Op>
    : (call: Call, input: InputOf<Op>) => ResultOf<Op>

type ServicesOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Operation ? ServiceOf<Tree[Name]> : ServicesOf<Tree[Name]>
}

/** Every operation as a function that first authorizes the caller. The server implements them. */
export type Services = ServicesOf<typeof OPERATIONS>
