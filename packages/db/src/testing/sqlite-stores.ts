import { isUniqueViolation } from '../dialect/sqlite/connection/errors.ts'
import type { StoresUnderTest } from './stores-under-test.ts'
import { temporaryStore } from './temporary-store.ts'

/** The product's own database, whose writer appends the entries. */
export async function openSqliteStores(): Promise<StoresUnderTest> {
  const db = await temporaryStore()
  return {
    ...db,
    isUniqueViolation,
    async append(org, entries) {
      await db.logs.append(org, entries)
    },
  }
}
