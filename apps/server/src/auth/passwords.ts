import { hash, verify } from '@node-rs/argon2'
import { DomainError } from '@sentinelmesh/api/constants'

/** OWASP's least for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
/** argon2id, in the library's numbering; its enum is a `const enum`, which single-file compilers cannot read. */
const ARGON2ID = 2
const ARGON2 = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const
/** Each takes a core for 6 to 9 ms (measured, 2 cores) and 19 MiB; more at once would starve the entries. */
const AT_ONCE = 2
const WAITING = 64

export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long for an unknown user (`undefined`) as for a wrong password. */
  verify(stored: string | undefined, password: string): Promise<boolean>
}

/** Throws `rate_limited` when too many wait. */
export function passwords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []
  // Of a password that nobody can have: it is longer than any that is taken.
  let decoy: Promise<string> | undefined

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) throw new DomainError('rate_limited', { retryAfterSeconds: 2 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, ARGON2)),
    async verify(stored, password) {
      decoy ??= hash('x'.repeat(2048), ARGON2)
      const against = stored ?? (await decoy)
      const right = await inTurn(() => verify(against, password))
      return right && stored !== undefined
    },
  }
}
