/**
 * A program that appends and writes one line for each acknowledged entry, `ack <org> <seq> <id>`, as soon as the store
 * has acknowledged it. For tests that kill it or watch its system calls.
 * Arguments: file, writer program, reader program, callers at once, entries a call, FULL or OFF, `together` or `freely`.
 */
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { openSqlite } from '../dialect/sqlite/open-sqlite.ts'
import { anEntry, NEW_YEAR, times } from './entries.ts'
import { createOrg } from './temporary-store.ts'

const [file = '', writer = '', reader = '', callers = '', perCall = '', synchronous = '', pace = ''] =
  process.argv.slice(2)
const db = await openSqlite({
  file,
  workers: { writer: pathToFileURL(writer), reader: pathToFileURL(reader) },
  synchronous: synchronous === 'OFF' ? 'OFF' : 'FULL',
})
const orgs = [await createOrg(db), await createOrg(db)]
let sent = 0

async function call(): Promise<void> {
  const n = sent++
  const org = orgs[n % 2] ?? orgs[0]
  if (org === undefined) return
  const entries = times(Number(perCall), (index) =>
    anEntry({ at: NEW_YEAR + n * 1_000, sender: `agent.${n % 7}`, sourceId: `${n}-${index}`, risk: n % 101 }),
  )
  const appended = await db.logs.append(org, entries)
  // Synchronous: what was written here the parent gets, whenever this process ends.
  for (const answer of appended) if (answer.status === 'stored') writeSync(1, `ack ${org} ${answer.seq} ${answer.id}\n`)
}

if (pace === 'together') {
  // Each batch is over before the next begins, so that system calls can be told apart.
  for (let round = 0; round < 20; round++) await Promise.all(times(Number(callers), call))
  await db.close()
} else
  await Promise.all(
    times(Number(callers), async () => {
      for (;;) await call()
    }),
  )
