import { openForReading } from './open-file.ts'
import { preparedStatements } from './prepared.ts'
import { DEADLINE, type ReadRequest, type ReadResult, type ReadStatement, type SqlValue } from './protocol.ts'
import { registerQueryFunctions } from './query-functions.ts'
import { serve } from './serve.ts'
import { indexReader } from './text-index/index-reader.ts'

/** The program of a thread that reads. */
serve<ReadRequest>((settings) => {
  const db = openForReading(settings)
  registerQueryFunctions(db)
  const prepared = preparedStatements(db, settings.preparedStatements)
  const index = indexReader(db, settings)

  let endAt = Number.POSITIVE_INFINITY
  // SQLite's own interrupt cannot be reached from here: a statement that may be long calls this every so many rows.
  db.function('past_deadline', { deterministic: false }, () => {
    if (performance.now() > endAt) throw Object.assign(new Error('The time of this slice is over.'), { code: DEADLINE })
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
    endAt = deadlineMs === null ? Number.POSITIVE_INFINITY : performance.now() + deadlineMs
    const results: ReadResult[] = []
    if (statements.length > 1) prepared('begin').run()
    try {
      for (const statement of statements) results.push(run(statement, results.at(-1)))
    } finally {
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
