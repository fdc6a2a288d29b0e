import { openForReading } from '../connection/open-for-reading.ts'
import { preparedStatements } from '../connection/prepared-statements.ts'
import type { ReaderSettings, ReadRequest, ReadResult, ReadStatement, SqlValue } from '../threads/protocol.ts'
import { registerQueryFunctions } from '../query/query-functions.ts'
import { readerControl } from './reader-control.ts'
import { readerMeter } from './reader-meter.ts'
import { serve } from '../threads/serve.ts'
import { indexReader } from '../text-index/index-reader.ts'

/** The program of a reader thread. */
serve<ReadRequest, ReaderSettings>((settings) => {
  const db = openForReading(settings)
  const meter = readerMeter(readerControl(settings.control))
  registerQueryFunctions(db, meter)
  const prepared = preparedStatements(db, settings.preparedStatements)
  const index = indexReader(db, settings)

  db.function('past_deadline', { deterministic: false }, () => {
    meter.check()
    return 0
  })

  const run = (request: ReadStatement, previous: ReadResult | undefined): ReadResult =>
    request.text === true ? index.run(request) : runOnLog(request, previous)

  const runOnLog = (
    { sql, parameters, utf8, until, keys }: ReadStatement,
    previous: ReadResult | undefined,
  ): ReadResult => {
    const statement = prepared(sql)
    const columns = statement.columns().map(({ name }) => name)
    const bound =
      keys === undefined ? parameters : [...parameters.slice(0, -1), JSON.stringify(valuesOf(keys, previous))]
    const rows = until === undefined ? (statement.all(bound) as SqlValue[][]) : []
    let cut = false
    if (until !== undefined) {
      const at = columns.indexOf(until.column)
      let sum = 0
      for (const row of statement.iterate(bound) as IterableIterator<SqlValue[]>) {
        const size = Number(row[at])
        // Reads one row more than fits, to learn whether there is one.
        if (rows.length > 0 && sum + size > until.most) {
          cut = true
          break
        }
        sum += size
        rows.push(row)
      }
    }
    if (utf8 !== undefined) decode(rows, columns.indexOf(utf8))
    return { columns, rows, cut }
  }

  return (request) => {
    if (request.type === 'close') {
      index.close()
      return db.close()
    }
    const { statements, deadlineMs } = request
    meter.begin(request.request, deadlineMs)
    const results: ReadResult[] = []
    if (statements.length > 1) prepared('begin').run()
    try {
      for (const statement of statements) {
        meter.checkCancelled()
        results.push(run(statement, results.at(-1)))
      }
    } finally {
      meter.end()
      if (db.inTransaction) prepared('commit').run()
    }
    return results
  }
})

function valuesOf(column: string, previous: ReadResult | undefined): SqlValue[] {
  const at = previous?.columns.indexOf(column) ?? -1
  return previous?.rows.map((row) => row[at] ?? null) ?? []
}

/** Decoding here relieves the main thread, and a string is faster to transfer than bytes. */
function decode(rows: readonly SqlValue[][], at: number): void {
  for (const row of rows) {
    const bytes = row[at]
    if (bytes instanceof Uint8Array)
      row[at] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  }
}
