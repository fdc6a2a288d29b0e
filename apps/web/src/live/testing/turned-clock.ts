import type { Clock } from '../clock.ts'

/** A clock that stands still until a test turns it. */
export class TurnedClock implements Clock {
  #now: number
  readonly #sleepers = new Set<{ readonly until: number; wake(): void }>()

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** How many sleeps have not ended. */
  get sleepers(): number {
    return this.#sleepers.size
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const sleeper = {
        until: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', sleeper.wake)
    })
  }

  /** Ends each sleep at its time, in order, and waits until everything that follows from it has run. */
  async turn(ms: number): Promise<void> {
    const end = this.#now + ms
    await idle()
    for (;;) {
      const [next] = [...this.#sleepers]
        .filter(({ until }) => until <= end)
        .sort((one, other) => one.until - other.until)
      if (next === undefined) break
      this.#now = next.until
      next.wake()
      await idle()
    }
    this.#now = end
  }
}

/** Resolves once no promise callback is left to run. */
export const idle = () => new Promise<void>((resolve) => setImmediate(resolve))
