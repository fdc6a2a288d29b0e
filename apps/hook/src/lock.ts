import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { LIMITS } from './limits.ts'

/** Waits a little for the lock; false, with nothing done, where others have it all the while. */
export function locked(file: string, work: () => void): boolean {
  const until = performance.now() + LIMITS.lockWaitMs
  while (!take(file, LIMITS.lockStaleMs)) {
    if (performance.now() > until) return false
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
  try {
    work()
    return true
  } finally {
    rmSync(file, { force: true })
  }
}

/** A process that died with a lock, or holds it for too long, does not keep others from working. Throws where no file can be made. */
export function take(file: string, staleMs: number): boolean {
  return make(file) || (clearAway(file, staleMs) && make(file))
}

/** Under a lock of its own: else the second that finds it stale would clear away the lock of who came after the first. */
function clearAway(file: string, staleMs: number): boolean {
  if (!isStale(file, staleMs)) return false
  const clearing = `${file}.stale`
  if (!make(clearing)) {
    if (isStale(clearing, staleMs)) rmSync(clearing, { force: true })
    return false
  }
  if (isStale(file, staleMs)) rmSync(file, { force: true })
  rmSync(clearing, { force: true })
  return true
}

/** What Windows says of a file that is just being removed counts as held too. */
const HELD = new Set(['EEXIST', 'EPERM', 'EBUSY'])

function make(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600))
    return true
  } catch (error) {
    if (HELD.has((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** Of a time to come too: then the clock was put back. */
export function isStale(file: string, staleMs: number): boolean {
  try {
    return Math.abs(Date.now() - statSync(file).mtimeMs) > staleMs
  } catch {
    return false
  }
}
