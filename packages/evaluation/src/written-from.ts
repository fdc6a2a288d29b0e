import { z } from 'zod'

/**
 * The families that a rule was written or tuned on, by rule id. A rule says nothing about them: its matches on them do
 * not count in the left-out figures. `*` stands for all families.
 */
export type WrittenFrom = ReadonlyMap<string, ReadonlySet<string>>

const Document = z.record(z.string(), z.array(z.string()))

/** Reads a mapping of rule ids to lists of families. Throws a `ZodError` if it is anything else. */
export function readWrittenFrom(document: unknown): WrittenFrom {
  return new Map(Object.entries(Document.parse(document)).map(([rule, families]) => [rule, new Set(families)]))
}

export function wasWrittenFrom(list: WrittenFrom, ruleId: string, family: string): boolean {
  const families = list.get(ruleId)
  return families !== undefined && (families.has(family) || families.has('*'))
}
