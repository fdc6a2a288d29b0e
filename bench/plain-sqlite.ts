import { openForReading } from '../packages/db/src/dialect/sqlite/connection/open-for-reading.ts'
import { openForWriting } from '../packages/db/src/dialect/sqlite/connection/open-file.ts'
import { BENCH } from './limits.ts'

/** The cost of inserting an entry's rows with better-sqlite3, without any other work. */
export interface PlainSqlite extends Disposable {
  /**
   * Copies the entries of `file` that were not copied yet, 500 per transaction, into the same tables and indexes with
   * the same pragmas. Only the transactions are timed.
   */
  copyFrom(file: string): { readonly entries: number; readonly seconds: number }
}

const TABLES = ['entries', 'payloads', 'matches'] as const

export function plainSqlite(file: string): PlainSqlite {
  const db = openForWriting(settingsOf(file))
  const inserts = TABLES.map((table) => insertInto(db, table))
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  let copied = 0
  return {
    copyFrom(source) {
      const from = openForReading(settingsOf(source))
      const next = from
        .prepare<[number, number], number>('select pos from entries where pos > ? order by pos limit ?')
        .pluck()
      const reads = TABLES.map((table) =>
        from
          .prepare<[number, number], unknown[]>(`select * from ${table} where pos between ? and ? order by pos`)
          .raw(),
      )
      let entries = 0
      let ms = 0
      for (
        let found = next.all(copied, BENCH.batchEntries);
        found.length > 0;
        found = next.all(copied, BENCH.batchEntries)
      ) {
        const [first = 0, last = first] = [found[0], found.at(-1)]
        const rows = reads.map((read) => read.all(first, last))
        const began = performance.now()
        begin.run()
        for (const [index, insert] of inserts.entries()) for (const row of rows[index] ?? []) insert.run(row)
        commit.run()
        ms += performance.now() - began
        entries += found.length
        copied = last
      }
      from.close()
      return { entries, seconds: ms / 1000 }
    },
    [Symbol.dispose]: () => void db.close(),
  }
}

function insertInto(db: ReturnType<typeof openForWriting>, table: string) {
  const columns = db.prepare(`select name from pragma_table_info('${table}')`).pluck().all()
  return db.prepare<[unknown[]]>(`insert into ${table} values (${columns.map(() => '?').join()})`)
}

/** Settings for connections to a store's file. These connections never write the full-text index. */
export function settingsOf(file: string): Parameters<typeof openForWriting>[0] {
  return {
    file,
    busyTimeoutMs: 5_000,
    preparedStatements: 256,
    synchronous: 'FULL',
    textIndex: { least: 0, segmentEntries: 0, segmentDay: 0, sliceMs: 0 },
  }
}
