import { setTimeout as pause } from 'node:timers/promises'

/** Far beyond what anything here takes, so that only what never comes fails. */
const DEADLINE_MS = 20_000

/** Waits until `holds` does; fails with `what` when it never does. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await pause(5)
  }
}
