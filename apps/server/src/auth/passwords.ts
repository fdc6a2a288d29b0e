import { hash, verify } from '@node-rs/argon2'
import { passwordQueue, type PasswordCheck } from './password-queue.ts'

/** argon2id, in the library's numbering; its enum is a `const enum`, which single-file compilers cannot read. */
const ARGON2ID = 2
/** OWASP's least for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
const ARGON2 = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const
/** Each takes a core for 6 to 9 ms (measured, 2 cores) and 19 MiB; more at once would starve the entries. */
const AT_ONCE = 2

export interface Passwords {
  hash(password: string, check: PasswordCheck): Promise<string>
  /** Takes as long for an unknown user (`undefined`) as for a wrong password. */
  verify(stored: string | undefined, password: string, check: PasswordCheck): Promise<boolean>
  /** The number of passwords compared so far, including those of unknown users. */
  compared(): number
}

/** Both throw `rate_limited` when too many wait. */
export function passwords(): Passwords {
  const queue = passwordQueue(AT_ONCE)
  // Of a password that nobody can have: it is longer than any that is taken.
  let decoy: Promise<string> | undefined
  let compared = 0

  return {
    hash: (password, check) => queue.run(check, () => hash(password, ARGON2)),
    async verify(stored, password, check) {
      decoy ??= hash('x'.repeat(2048), ARGON2)
      const nobodys = await decoy
      const right = await queue.run(check, () => {
        compared += 1
        return verify(stored ?? nobodys, password)
      })
      return right && stored !== undefined
    },
    compared: () => compared,
  }
}
