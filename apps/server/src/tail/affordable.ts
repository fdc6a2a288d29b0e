import type { OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
import { metered } from '@sentinelmesh/query/regex'

type Test = (entry: StoredEntry) => boolean

/**
 * Runs filters of tails on the event loop, since most take microseconds. An org's filters may use `tailTurnSteps` per
 * turn of the loop, and `tailEntrySteps` per entry. A longer test is undecided.
 */
export function affordableFilters(): (org: OrgId, test: Test) => (entry: StoredEntry) => boolean | 'undecided' {
  const spent = new Map<OrgId, number>()

  const spend = (org: OrgId, steps: number): number => {
    // The first test in a turn resets the counts at the end of the turn.
    if (spent.size === 0) setImmediate(() => spent.clear())
    const sum = (spent.get(org) ?? 0) + steps
    spent.set(org, sum)
    return sum
  }

  return (org, test) => (entry) => {
    let own = 0
    const meter = {
      spend(steps: number) {
        own += steps
        if (spend(org, steps) > LIMITS.tailTurnSteps || own > LIMITS.tailEntrySteps) throw TOO_DEAR
      },
    }
    try {
      return metered(meter, () => test(entry))
    } catch (error) {
      if (error === TOO_DEAR) return 'undecided'
      throw error
    }
  }
}

const TOO_DEAR = new Error('The filter takes too long for the event loop.')
