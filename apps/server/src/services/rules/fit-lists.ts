import { LIMITS } from '@sentinelmesh/api/constants'
import { fitting } from '../logs/fitting.ts'

/**
 * A report of several lists, each cut to its share of `pageReplyBytes`; `left_out` says how many members of each are not
 * in it, and is absent where all are. Every list keeps at least one.
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
