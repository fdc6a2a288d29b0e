/**
 * Consumes a log up to the head and prints a line before each step. A test kills this program. Its arguments are a
 * file, an organization, and the worker programs as JSON.
 */
import { writeSync } from 'node:fs'
import type { OrgId } from '@sentinelmesh/api'
import { openSqlite, type SqliteOptions } from '@sentinelmesh/db'
import { systemClock } from '../../clock.ts'
import { logConsumer } from '../log-consumer.ts'
import { auditedEntries } from './audited-entries.ts'

const [file = '', org = '', workers = '{}'] = process.argv.slice(2)
const programs = Object.entries(JSON.parse(workers) as Record<string, string>).map(
  ([name, program]) => [name, new URL(program)] as const,
)
const database = await openSqlite({
  file,
  workers: Object.fromEntries(programs) as unknown as SqliteOptions['workers'],
})
const consumer = logConsumer(auditedEntries, { database, clock: systemClock, onSetAside() {}, batchEntries: 3 })
for (let more = true; more;) {
  writeSync(1, 'step\n')
  ;({ more } = await consumer.step(Number(org) as OrgId, new AbortController().signal))
}
writeSync(1, 'done\n')
await database.close()
