/**
 * A program that appends and writes one line for each acknowledged entry, `ack <org> <seq> <id>`, as soon as the store
 * has acknowledged it. For tests that kill it or watch its system calls. Its argument is a `ChildOptions` as JSON.
 */
import { writeSync } from 'node:fs'
import { openSqlite, type SqliteOptions } from '../dialect/sqlite/open-sqlite.ts'
import type { ChildOptions } from './child-program.ts'
import { anEntry, NEW_YEAR, times } from './entries.ts'
import { createOrg } from './temporary-store.ts'

const { workers, callers, perCall = 1, rounds, ...options } = JSON.parse(process.argv[2] ?? '') as ChildOptions
const programs = Object.entries(workers).map(([name, program]) => [name, new URL(program)] as const)
const db = await openSqlite({
  ...options,
  workers: Object.fromEntries(programs) as unknown as SqliteOptions['workers'],
})
const orgs = [await createOrg(db), await createOrg(db)]
let sent = 0

async function call(): Promise<void> {
  const n = sent++
  const org = orgs[n % 2] ?? orgs[0]
  if (org === undefined) return
  const entries = times(perCall, (index) =>
    anEntry({ at: NEW_YEAR + n * 1_000, sender: `agent.${n % 7}`, sourceId: `${n}-${index}`, risk: n % 101 }),
  )
  const appended = await db.logs.append(org, entries)
  // Synchronous, so that the parent receives the line even if this process is killed right after it.
  for (const answer of appended) if (answer.status === 'stored') writeSync(1, `ack ${org} ${answer.seq} ${answer.id}\n`)
}

if (rounds === undefined)
  await Promise.all(
    times(callers, async () => {
      for (;;) await call()
    }),
  )
else {
  for (let round = 0; round < rounds; round++) await Promise.all(times(callers, call))
  await db.close()
}
