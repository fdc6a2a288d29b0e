import type { Clock } from '../src/clock.ts'

export interface TestClock extends Clock {
  /** Advances the time. When it resolves, the sleepers that are due have been woken and have run. */
  pass(ms: number): Promise<void>
  /** The number of sleepers, so that a test can wait until one sleeps. */
  sleeping(): number
}

interface Sleeper {
  readonly until: number
  wake(): void
}

/** A clock that only the test advances. */
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
      await runPending()
      const end = passed + ms
      for (;;) {
        const next = [...sleepers].toSorted((a, b) => a.until - b.until)[0]
        if (next === undefined || next.until > end) break
        passed = Math.max(passed, next.until)
        next.wake()
        await runPending()
      }
      passed = end
      await runPending()
    },
  }
}

/** Lets woken code run until it waits for something other than a settled promise. */
async function runPending(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}
