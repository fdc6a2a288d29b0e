import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from '../../../schema.ts'
import type { SqlValue } from '../threads/protocol.ts'

export interface Executed {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly SqlValue[])[]
  readonly changes?: number
  readonly lastInsertRowid?: number
}

/** A Kysely instance that runs its statements with `execute`, sequentially. */
export function kyselyOver(
  execute: (sql: string, parameters: readonly unknown[]) => Promise<Executed>,
): Kysely<Schema> {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      const { columns, rows, changes, lastInsertRowid } = await execute(sql, sendable(parameters))
      return {
        rows: toObjects<Row>(columns, rows),
        ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }),
        ...(lastInsertRowid === undefined ? {} : { insertId: BigInt(lastInsertRowid) }),
      }
    },
    streamQuery: () => {
      throw new Error('Rows are read in bounded pages, not streamed.')
    },
  }
  const refuse = () => Promise.reject(new Error('A transaction is begun by Database.transaction alone.'))
  const driver: Driver = {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  }
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

/** Workers send rows as arrays. `Row` must be the type of the rows that the caller's query selects. */
export function toObjects<Row>(columns: readonly string[], rows: readonly (readonly SqlValue[])[]): Row[] {
  return rows.map((values) => {
    const row: Record<string, SqlValue> = {}
    for (let at = 0; at < columns.length; at++) row[columns[at] ?? ''] = values[at] ?? null
    return row as Row
  })
}

/** Copies views of larger buffers, because posting a view to a thread transfers its whole buffer. */
export function sendable(parameters: readonly unknown[]): readonly unknown[] {
  return parameters.map((value) =>
    value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? Uint8Array.from(value) : value,
  )
}
