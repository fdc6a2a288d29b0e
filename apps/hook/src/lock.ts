import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { LIMITS } from './limits.ts'

/** Runs `work` under the lock. Returns false, without running it, if the lock stays busy. */
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

/** Takes a lock, and removes one whose process died or holds it for too long. Throws if the file cannot be created. */
export function take(file: string, staleMs: number): boolean {
  return make(file) || (clearAway(file, staleMs) && make(file))
}

/**
 * Removes a stale lock under a second lock. Otherwise a slower process could remove the lock that a faster one has just
 * taken.
 */
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

/** Windows returns EPERM or EBUSY for a file that is being removed. */
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

/** A time in the future also counts as stale, because the clock was set back. */
export function isStale(file: string, staleMs: number): boolean {
  try {
    return Math.abs(Date.now() - statSync(file).mtimeMs) > staleMs
  } catch {
    return false
  }
}
