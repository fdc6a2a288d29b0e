import { openForReading } from '../connection/open-file.ts'
import { preparedStatements } from '../connection/prepared-statements.ts'
import type { ReaderSettings, ReadRequest, ReadResult, ReadStatement, SqlValue } from '../threads/protocol.ts'
import { registerQueryFunctions } from '../query/query-functions.ts'
import { readerControl } from './reader-control.ts'
import { readerMeter } from './reader-meter.ts'
import { serve } from '../threads/serve.ts'
import { indexReader } from '../text-index/index-reader.ts'

/** The program of a thread that reads. */
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

  const run = (asked: ReadStatement, before: ReadResult | undefined): ReadResult =>
    asked.text === true ? index.run(asked) : runOnLog(asked, before)

  const runOnLog = (
    { sql, parameters, utf8, until, keys }: ReadStatement,
    before: ReadResult | undefined,
  ): ReadResult => {
    const statement = prepared(sql)
    const columns = statement.columns().map(({ name }) => name)
    const given = keys === undefined ? parameters : [...parameters.slice(0, -1), JSON.stringify(valuesOf(keys, before))]
    const rows = until === undefined ? (statement.all(given) as SqlValue[][]) : []
    let cut = false
    if (until !== undefined) {
      const at = columns.indexOf(until.column)
      let sum = 0
      for (const row of statement.iterate(given) as IterableIterator<SqlValue[]>) {
        const size = Number(row[at])
        // One more than fits is read to know that there is one.
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

function valuesOf(column: string, before: ReadResult | undefined): SqlValue[] {
  const at = before?.columns.indexOf(column) ?? -1
  return before?.rows.map((row) => row[at] ?? null) ?? []
}

/** Here and not on the main thread, which has other things to do; a text also crosses faster than bytes. */
function decode(rows: readonly SqlValue[][], at: number): void {
  for (const row of rows) {
    const bytes = row[at]
    if (bytes instanceof Uint8Array)
      row[at] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  }
}
