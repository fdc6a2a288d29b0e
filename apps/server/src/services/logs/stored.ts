import type { LogId, OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Reads, StoredEntry } from '@sentinelmesh/db'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Throws `not_found`, also for an entry of another org. */
export async function storedEntry({ logs }: Pick<Reads, 'logs'>, org: OrgId, id: string): Promise<StoredEntry> {
  const stored = UUID.test(id) ? await logs.get(org, id.toLowerCase() as LogId) : undefined
  if (stored !== undefined) return stored
  throw new DomainError('not_found', {
    say: 'There is no entry with this id in this organization. It may have expired by retention.',
  })
}
