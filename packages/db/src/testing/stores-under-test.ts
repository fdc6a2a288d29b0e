import { createHash } from 'node:crypto'
import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Transaction } from '../database.ts'
import type { JudgedEntry } from '../log-store.ts'
import type { Schema } from '../schema.ts'
import { userStore } from '../stores/user-store.ts'
import { NEW_YEAR } from './entries.ts'

/** An empty database of one engine, for the suites of the stores. */
export interface StoresUnderTest extends AsyncDisposable {
  readonly read: Kysely<Schema>
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  anOrg(name?: string): Promise<OrgId>
  /** Stores entries with their payloads and matches, numbered from 1. */
  append(org: OrgId, entries: readonly JudgedEntry[]): Promise<void>
  isUniqueViolation(error: unknown): boolean
}

export type OpenStores = () => Promise<StoresUnderTest>

/** A database with one org and the user `ada`. */
export async function openWithUser(open: OpenStores) {
  const db = await open()
  const org = await db.anOrg()
  const user = await db.transaction((tx) => userStore(tx).create({ username: 'ada', passwordHash: 'x', at: NEW_YEAR }))
  if (user === undefined) throw new Error('The username is taken.')
  return { db, org, user: user.id, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() }
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
