import { LIMITS } from '../limits.ts'

/** Splits a list for `in` conditions, because statements have a limited number of parameters. */
export function chunksOf<Item>(items: readonly Item[]): Item[][] {
  const { statementIds: size } = LIMITS
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}
