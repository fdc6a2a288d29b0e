import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Turn } from '@sentinelmesh/rules'

/** Work of one caller goes on so long at a time; then others get their turn. */
const TURN_MS = 8

/** To be awaited between steps of long work. */
export function turns(): Turn {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < TURN_MS) return
    await nextTurn()
    began = performance.now()
  }
}
