import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { cursorStore, openSqlite, setAsideStore, type Database } from '@sentinelmesh/db'
import { judgedEntry } from '../../test/judged-entry.ts'
import { workers } from '../../test/start-mesh.ts'
import { systemClock } from '../clock.ts'
import { logConsumer, TRIES, type LogConsumer } from './log-consumer.ts'
import { ACTION, auditedEntries } from './testing/audited-entries.ts'

const ORG = 1 as OrgId
const NEVER = new AbortController().signal

let folder: string
let file: string
let database: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-consumer-'))
  file = join(folder, 'log.db')
  database = await openSqlite({ file, workers })
  await database.transaction(async (tx) => {
    await tx
      .insertInto('orgs')
      .values({ id: ORG, uid: 'u', name: 'Acme', slug: 'acme', hmac_key: new Uint8Array(32), demo: 0, created_at: 0 })
      .execute()
  })
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const append = (count: number, text = 'hello') =>
  database.logs.append(
    ORG,
    Array.from({ length: count }, () => judgedEntry({ payload: { type: 'text', text } })),
  )

/** The positions for which the consumer has had an effect, in the order of the effects. */
async function effects(): Promise<string[]> {
  const rows = await database.read
    .selectFrom('audit')
    .select('target')
    .where('action', '=', ACTION)
    .orderBy('id')
    .execute()
  return rows.map(({ target }) => target ?? '')
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => String(from + n))

interface Watched {
  readonly batches: number[]
  readonly setAside: number[]
}

function consumerOf(of: LogConsumer, { batchEntries = 10 } = {}) {
  const watched: Watched = { batches: [], setAside: [] }
  const consumer = logConsumer(
    {
      ...of,
      apply(tx, batch) {
        watched.batches.push(batch.items.length)
        return of.apply(tx, batch)
      },
    },
    { database, clock: systemClock, batchEntries, onSetAside: (_name, { seq }) => void watched.setAside.push(seq) },
  )
  return { ...watched, consumer, step: () => consumer.step(ORG, NEVER) }
}

describe('promises 1 and 2: each entry has its effects once, in order', () => {
  test('even when two servers consume the same log: one of two equal batches is rolled back', async () => {
    await append(40)
    const [one, other] = [consumerOf(auditedEntries), consumerOf(auditedEntries)]
    for (let turn = 0; turn < 12; turn += 1) await Promise.allSettled([one.step(), other.step()])
    expect(await effects()).toEqual(numbers(1, 40))
  })

  test('a program that is killed at any moment neither loses nor repeats an effect', { timeout: 120_000 }, async () => {
    const entries = 45
    await append(entries)
    await database.close()
    const program = fileURLToPath(new URL('testing/consuming-child.ts', import.meta.url))
    const addresses = JSON.stringify(Object.fromEntries(Object.entries(workers).map(([name, url]) => [name, url.href])))
    let done = false
    for (let kill = 1; !done; kill += 1) {
      const child = spawn(process.execPath, ['--import', 'tsx', program, file, String(ORG), addresses])
      let said = ''
      const ended = once(child, 'exit')
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString()
        // Kills it a little later each time, in the middle of a batch.
        if (said.split('\n').length > 1 + (kill % 5)) setTimeout(() => child.kill('SIGKILL'), kill % 4)
      })
      await ended
      done = said.includes('done')
      expect(kill).toBeLessThan(entries)
    }
    database = await openSqlite({ file, workers })
    expect(await effects()).toEqual(numbers(1, entries))
  })

  test('removed entries appear as a gap, at their position', async () => {
    await append(3)
    await database.removal.erase(ORG, [{ from: 2, to: 2 }])
    await consumerOf(auditedEntries).step()
    expect(await effects()).toEqual(['1', '2-2', '3'])
  })
})

describe('promise 3: batches are bounded', () => {
  test('by entries, and by bytes of payloads', async () => {
    await append(25)
    const few = consumerOf(auditedEntries)
    expect(await few.step()).toEqual({ more: true, lag: 15 })
    expect(await few.step()).toEqual({ more: true, lag: 5 })
    expect(await few.step()).toEqual({ more: false, lag: 0 })
    expect(few.batches).toEqual([10, 10, 5])

    await append(6, 'x'.repeat(1024 * 1024))
    const large = consumerOf(auditedEntries)
    while ((await large.step()).more);
    expect(Math.max(...large.batches)).toBeLessThanOrEqual(4)
  })
})

describe('promise 7: an entry that cannot be processed', () => {
  /** Fails at one entry, before or after it has written the effects of others. */
  const failsAt = (seq: number): LogConsumer => ({
    ...auditedEntries,
    async apply(tx, batch) {
      await auditedEntries.apply(tx, batch)
      if (batch.items.some((item) => item.type === 'entry' && item.seq === seq)) throw new Error('poison')
    },
  })

  test('is set aside after three attempts alone, and all entries around it are processed', async () => {
    await append(25)
    const poisoned = consumerOf(failsAt(14))
    let failures = 0
    for (let step = 0; step < 40; step += 1) await poisoned.step().catch(() => (failures += 1))
    expect(await effects()).toEqual([...numbers(1, 13), ...numbers(15, 25)])
    expect(poisoned.setAside).toEqual([14])
    // It fails three times in its batch and twice alone. The third failure alone sets it aside.
    expect(failures).toBe(2 * TRIES - 1)
    expect(await setAsideStore(database.read).list(ORG, 10)).toMatchObject([{ consumer: 'rule_costs', seq: 14 }])
    expect(poisoned.consumer.setAside?.()).toBe(1)
    expect(await cursorStore(database.read).get(ORG, 'rule_costs')).toBe(25)
  })

  test('is still reported after a restart', async () => {
    await append(1)
    const poisoned = consumerOf(failsAt(1))
    for (let step = 0; step < TRIES; step += 1) await poisoned.step().catch(() => undefined)
    const again = consumerOf(auditedEntries)
    await again.step()
    expect(again.consumer.setAside?.()).toBe(1)
  })

  test('is not set aside if the fault is transient', async () => {
    await append(5)
    let left = TRIES + 1
    const passing = consumerOf({
      ...auditedEntries,
      async apply(tx, batch) {
        if (left-- > 0) throw new Error('not now')
        await auditedEntries.apply(tx, batch)
      },
    })
    for (let step = 0; step < 20; step += 1) await passing.step().catch(() => undefined)
    expect(await effects()).toEqual(numbers(1, 5))
    expect(passing.setAside).toEqual([])
  })
})
