import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { anEntry, NEW_YEAR, SECOND } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { first } from './0001-first.ts'
import { rules } from './0002-rules.ts'
import { insertOrg, oldFile } from '../../../testing/old-file.ts'

const ORG = 1 as OrgId
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = { from: NEW_YEAR, to: NEW_YEAR + 24 * HOUR }
/** `minute` is the minute of the day. */
const ENTRIES = [
  { minute: 0, sender: 'agent.a', risk: 55, band: 'medium' },
  { minute: 59, sender: 'agent.a', risk: 49, band: 'medium' },
  { minute: 60, sender: 'agent.b', risk: 70, band: 'high' },
  { minute: 61, sender: 'agent.a', risk: 59, band: 'medium' },
  { minute: 24 * 60, sender: 'agent.b', risk: 0, band: 'none' },
] as const
/** Still counted, but no longer stored. */
const PURGED = { minute: 30, sender: 'agent.gone', risk: 0, band: 'none' } as const

/** A schema 2 file: positions 2 to 6 are stored, position 1 was purged. */
function writeSecondSchema(file: string): void {
  using old = oldFile(file, [first, rules])
  insertOrg(old)
  old.insert('org_heads', { org: 1, head_seq: 6, entries: 5, bytes: 25 })
  old.insert('gaps', { org: 1, from_seq: 1, to_seq: 1, reason: 'retention' })
  for (const [index, { minute, sender, risk, band }] of ENTRIES.entries()) {
    const at = NEW_YEAR + minute * MINUTE
    old.insert('entries', {
      pos: index + 1,
      org: 1,
      seq: index + 2,
      uid: `id-${index}`,
      at,
      received_at: at,
      sender,
      kind: 'message',
      kind_assumed: 0,
      risk,
      band,
      content_hash: Buffer.alloc(0),
      flags: 0,
      leaf_salt: Buffer.alloc(16),
      reported_by: 'key:1',
      surface: 'rest',
    })
    old.insert('payloads', { pos: index + 1, type: 'text', size: 5, bytes: Buffer.from('hello') })
  }
  for (const { minute, sender, risk, band } of [PURGED, ...ENTRIES])
    for (const [dimension, key] of [
      ['all', ''],
      ['sender', sender],
      ['kind', 'message'],
      ['band', band],
    ])
      old.insert('rollups', {
        org: 1,
        dimension,
        key,
        minute: NEW_YEAR / MINUTE + minute,
        count: 1,
        risk_sum: risk,
        risk_max: risk,
      })
}

test('hourly and daily roll-ups are derived from the old ones, include purged entries, and keep counting', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeSecondSchema(file)
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await db.rollups.series(ORG, 'sender', DAY, 60)).toEqual([
      { at: NEW_YEAR, key: 'agent.a', count: 2, riskMax: 55 },
      { at: NEW_YEAR, key: 'agent.gone', count: 1, riskMax: 0 },
      { at: NEW_YEAR + HOUR, key: 'agent.a', count: 1, riskMax: 59 },
      { at: NEW_YEAR + HOUR, key: 'agent.b', count: 1, riskMax: 70 },
    ])
    expect(await db.rollups.series(ORG, 'sender', DAY, 24 * 60)).toEqual([
      { at: NEW_YEAR, key: 'agent.a', count: 3, riskMax: 59 },
      { at: NEW_YEAR, key: 'agent.b', count: 1, riskMax: 70 },
      { at: NEW_YEAR, key: 'agent.gone', count: 1, riskMax: 0 },
    ])
    const days = await sql`select key, day * 1440 as minute, count, last_minute from rollup_days
      where dimension = 'sender' order by key`.execute(db.read)
    const minute = NEW_YEAR / MINUTE
    expect(days.rows).toEqual([
      { key: 'agent.a', minute, count: 3, last_minute: minute + 61 },
      { key: 'agent.b', minute, count: 1, last_minute: minute + 60 },
      { key: 'agent.gone', minute, count: 1, last_minute: minute + 30 },
    ])
    const bySender = await db.rollups.keys(ORG, 'sender', DAY, { limit: 1, orderBy: 'count' })
    expect(bySender).toEqual([
      { key: 'agent.a', count: 3, riskSum: 163, riskMax: 59, lastMinute: NEW_YEAR + 61 * MINUTE },
    ])
    expect(await db.rollups.series(ORG, 'upper_medium', DAY, 1)).toEqual([
      { at: NEW_YEAR, key: '', count: 1, riskMax: 55 },
      { at: NEW_YEAR + 61 * MINUTE, key: '', count: 1, riskMax: 59 },
    ])
    expect(await db.rollups.verify(ORG)).toEqual([])

    await db.logs.append(ORG, [
      anEntry({ at: NEW_YEAR + 61 * MINUTE, sender: 'agent.a', receiver: null, risk: 52, band: 'medium' }),
    ])
    expect(await db.rollups.keys(ORG, 'upper_medium', DAY, { limit: 1, orderBy: 'count' })).toMatchObject([
      { count: 3, riskSum: 166 },
    ])
    expect(await db.rollups.verify(ORG)).toEqual([])
  } finally {
    await db.close()
  }
})
