/**
 * A program that appends and indexes, and writes one line per slice, for a test that kills it. Its arguments are a file
 * and the programs of the workers as JSON.
 */
import { writeSync } from 'node:fs'
import type { OrgId } from '@sentinelmesh/api'
import { openSqlite, type SqliteOptions } from '../dialect/sqlite/open-sqlite.ts'
import { anEntry, times } from './entries.ts'

const [file = '', workers = '', org = ''] = process.argv.slice(2)
const programs = Object.entries(JSON.parse(workers) as Record<string, string>).map(
  ([name, program]) => [name, new URL(program)] as const,
)
const db = await openSqlite({
  file,
  workers: Object.fromEntries(programs) as unknown as SqliteOptions['workers'],
  textIndex: { least: 1, segmentEntries: 40, segmentDay: 20, sliceMs: 1 },
})
for (;;) {
  const { seq } = await db.logs.head(Number(org) as OrgId)
  await db.logs.append(
    Number(org) as OrgId,
    times(25, (index) => anEntry({ payload: { type: 'text', text: `number ${seq + index + 1} of many` } })),
  )
  const { indexed } = await db.textIndex.advance(Number(org) as OrgId)
  writeSync(1, `${indexed}\n`)
}
