import type { Filter } from '@sentinelmesh/rules'
import type { StoredText } from '../../rule-jobs/stored-text.ts'

/** The filter's text with the rules that it is bound to. */
export function filterText({ text, rules }: Filter): StoredText {
  return { text, bound: rules }
}

/** Returns the filters that may apply to one of these rules. An org may have thousands of others. */
export function filtersFor(
  filters: readonly Filter[],
  rules: Iterable<{ readonly id: string; readonly name: string | null }>,
): readonly Filter[] {
  const names = new Set([...rules].flatMap(({ id, name }) => (name === null ? [id] : [id, name])))
  return filters.filter((filter) => filter.rules === 'any' || filter.rules.some((name) => names.has(name)))
}
