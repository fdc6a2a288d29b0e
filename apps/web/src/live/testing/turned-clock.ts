import type { Clock } from '../clock.ts'

interface Timer {
  readonly due: number
  readonly run: () => void
}

/** A clock that advances only when a test turns it. */
export class TurnedClock implements Clock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(now: number) {
    this.#now = now
  }

  /** The number of running timers. */
  get timers(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Runs each timer at its time, in order, and waits for everything that it triggers. */
  async turn(ms: number): Promise<void> {
    const end = this.#now + ms
    await idle()
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = next.due
      next.run()
      await idle()
    }
    this.#now = end
  }
}

/** Resolves once no promise callback is left to run. */
export const idle = () => new Promise<void>((resolve) => setImmediate(resolve))
