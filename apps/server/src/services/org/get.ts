import { DomainError, toTailCursor } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'

export const get: Verb<'org.get'> = async ({ database }, { org, principal }) => {
  if (principal?.org === undefined || principal.org === null) throw new DomainError('forbidden')
  const { seq, entries } = await database.logs.head(org)
  return { name: principal.org.name, slug: principal.org.slug, entries, head: toTailCursor(seq) }
}
