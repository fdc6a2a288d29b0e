import { setTimeout as pause } from 'node:timers/promises'

/** Far longer than any wait here needs, so that only a wait for something that never happens fails. */
const DEADLINE_MS = 20_000

/** Waits until `holds` returns true. Fails with `what` after the deadline. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`timed out waiting until ${what}`)
    await pause(5)
  }
}
