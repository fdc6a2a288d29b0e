import { LIMITS } from '@sentinelmesh/api/constants'
import { fitting } from '../logs/fitting.ts'

/**
 * Cuts each list of a report to its share of `pageReplyBytes`, but keeps at least one item. `left_out` has the number
 * of items cut per list, and is absent if there are none.
 */
export function fitLists<Lists extends Record<string, unknown[]>>(
  lists: Lists,
): Lists & { left_out?: { [Name in keyof Lists]: number } } {
  const names = Object.keys(lists)
  const share = LIMITS.pageReplyBytes / names.length
  const kept = Object.fromEntries(names.map((name) => [name, [...fitting(lists[name] ?? [], share, 'first')]]))
  const left = names.map((name) => [name, (lists[name] ?? []).length - (kept[name] ?? []).length] as const)
  return {
    ...(kept as Lists),
    ...(left.some(([, count]) => count > 0)
      ? { left_out: Object.fromEntries(left) as { [Name in keyof Lists]: number } }
      : {}),
  }
}
