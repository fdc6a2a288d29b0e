import type { Clock } from '../src/clock.ts'

export interface TestClock extends Clock {
  /** Lets time go by. Whoever slept until then is awake when this resolves, and has done what it does at once. */
  pass(ms: number): Promise<void>
  /** Sleepers, so that a test can wait until one has come to rest. */
  sleeping(): number
}

interface Sleeper {
  readonly until: number
  wake(): void
}

/** A clock that stands still until a test lets time go by. */
export function testClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let passed = 0
  const sleepers = new Set<Sleeper>()
  return {
    now: () => startMs + passed,
    monotonic: () => passed,
    sleeping: () => sleepers.size,
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const sleeper: Sleeper = {
          until: passed + ms,
          wake() {
            sleepers.delete(sleeper)
            signal.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', sleeper.wake)
      })
    },
    async pass(ms) {
      await settled()
      const end = passed + ms
      for (;;) {
        const next = [...sleepers].toSorted((a, b) => a.until - b.until)[0]
        if (next === undefined || next.until > end) break
        passed = Math.max(passed, next.until)
        next.wake()
        await settled()
      }
      passed = end
      await settled()
    },
  }
}

/** Lets what was woken go on until it waits for something else than a promise that is settled. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}
