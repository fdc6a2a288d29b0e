import type { Principal } from './access.ts'
import type { OPERATIONS } from './server/operations/index.ts'
import type { InputOf, Operation, ResultOf } from './server/operations/operation.ts'

/** Sets or clears the browser's cookie; does nothing where there is no browser. */
export interface SignInCookie {
  set(token: string): void
  clear(): void
  readonly token: string | null
  /** The cookie of a device on which a user signed in before. It stays when they sign out. */
  setDevice(device: string): void
  readonly device: string | null
}

/** One call of an operation: who makes it, and what else of the connection matters to it. */
export interface Call {
  readonly principal: Principal | null
  /** Null for a caller on this machine that came through the socket in the data folder. */
  readonly remoteAddress: string | null
  /** Aborts when nobody waits for the reply any more. Long work that nobody would read ends then. */
  readonly signal: AbortSignal
  readonly cookie: SignInCookie
  /** Counts the request's body as held until this work has ended too, though the reply has left. */
  readonly holdWhile: (work: Promise<unknown>) => void
  /** Resolves when what was sent to this caller has left the process. */
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

/** Every operation as a function that checks first who calls. The server implements them. */
export type Services = ServicesOf<typeof OPERATIONS>
