import { randomBytes, randomUUID } from 'node:crypto'
import { PGlite, types } from '@electric-sql/pglite'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely'
import type { Schema } from '../../schema.ts'
import { orgStore } from '../../stores/org-store.ts'
import { NEW_YEAR } from '../entries.ts'
import type { StoresUnderTest } from '../stores-under-test.ts'
import { insertEntries } from './insert-entries.ts'
import { TABLES } from './tables.ts'

const UNIQUE_VIOLATION = '23505'

/** An in-process Postgres. Starting it takes seconds, so all databases of a test file are schemas of one instance. */
export function startPostgres() {
  let started: Promise<PGlite> | undefined
  let schemas = 0

  return {
    /** Only one may be open at a time: the search path belongs to the one connection. */
    async open(): Promise<StoresUnderTest> {
      // The schema of this package represents JSON as text.
      started ??= PGlite.create({ parsers: { [types.JSON]: (text) => text } })
      const pglite = await started
      const schema = `test_${++schemas}`
      await pglite.exec([`create schema ${schema}`, `set search_path to ${schema}`, ...TABLES].join(';'))
      const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: poolOf(pglite) }) })
      return {
        read: db,
        transaction: (work) => db.transaction().execute(work),
        async anOrg(name = randomUUID()) {
          const org = await db
            .transaction()
            .execute((tx) => orgStore(tx).create({ uid: randomUUID(), name, hmacKey: randomBytes(32), at: NEW_YEAR }))
          if (org === undefined) throw new Error(`There is already an org named ${name}.`)
          return org.id
        },
        append: (org, entries) => db.transaction().execute((tx) => insertEntries(tx, org, entries)),
        isUniqueViolation: (error) => (error as { readonly code?: unknown }).code === UNIQUE_VIOLATION,
        async [Symbol.asyncDispose]() {
          await pglite.exec(`drop schema ${schema} cascade`)
        },
      }
    },

    async close(): Promise<void> {
      await (await started)?.close()
    },
  }
}

/** A pool of one connection, since PGlite has only one. `connect` waits until it is released. */
function poolOf(pglite: PGlite): PostgresPool {
  let released: Promise<void> = Promise.resolve()
  return {
    async connect() {
      const before = released
      let release = () => {}
      released = new Promise((resolve) => {
        release = resolve
      })
      await before
      return clientOf(pglite, release)
    },
    end: () => Promise.resolve(),
  }
}

function clientOf(pglite: PGlite, release: () => void): PostgresPoolClient {
  const query = async <Row>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> => {
    const { rows, command, rowCount = 0 } = await pglite.query<Row>(sql, [...parameters])
    return { rows, command: command as PostgresQueryResult<Row>['command'], rowCount }
  }
  // Without a configured cursor, Kysely never passes one.
  return { query: query as PostgresPoolClient['query'], release }
}
