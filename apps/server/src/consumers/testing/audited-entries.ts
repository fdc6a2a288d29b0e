import { auditStore } from '@sentinelmesh/db'
import type { LogConsumer } from '../log-consumer.ts'

export const ACTION = 'test.consumed'

/** A consumer with effects that are easy to count: one audit record for each entry or gap, with its position. */
export const auditedEntries: LogConsumer = {
  name: 'rule_costs',
  async apply(tx, { org, items }) {
    for (const item of items) {
      const target = item.type === 'entry' ? String(item.seq) : `${item.from}-${item.to}`
      await auditStore(tx).append(org, { at: 0, principal: 'test', action: ACTION, target })
    }
  },
}
