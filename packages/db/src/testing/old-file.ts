import Sqlite from 'better-sqlite3'
import { bandOf } from '@sentinelmesh/rules/risk'
import { NEW_YEAR } from './entries.ts'
import { rollupKeys } from '../dialect/sqlite/rollups/rollup-keys.ts'
import { type Migration, runSteps } from '../dialect/sqlite/migrations/migration.ts'

export interface OldFile extends Disposable {
  insert(table: string, values: Readonly<Record<string, unknown>>): void
}

/** For tests of migrations: a file with the schema of these migrations, for the test to fill and close. */
export function oldFile(file: string, migrations: readonly Migration[]): OldFile {
  const db = new Sqlite(file)
  db.pragma(`application_id = ${0x534d7368}`)
  runSteps(db, migrations.flat())
  db.pragma(`user_version = ${migrations.length}`)
  return {
    insert(table, values) {
      const names = Object.keys(values)
      db.prepare(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`).run(
        ...Object.values(values),
      )
    },
    [Symbol.dispose]: () => void db.close(),
  }
}

const MINUTE = NEW_YEAR / 60_000_000

/** Org 1, which has the same columns in every schema. */
export function insertOrg(old: OldFile): void {
  old.insert('orgs', {
    id: 1,
    uid: 'u',
    name: 'Acme',
    slug: 'acme',
    hmac_key: Buffer.alloc(32),
    demo: 0,
    created_at: NEW_YEAR,
  })
}

/** Org 1 with one entry per risk, counted in roll-ups, for schemas that have roll-ups by hour. */
export function insertLog(old: OldFile, risks: readonly number[]): void {
  insertOrg(old)
  old.insert('org_heads', { org: 1, head_seq: risks.length, entries: risks.length, bytes: 5 * risks.length })
  const counted = new Map<string, { dimension: string; key: string; risks: number[] }>()
  for (const [index, risk] of risks.entries()) {
    const entry = { sender: 'agent.a', receiver: null, kind: 'message', band: bandOf(risk), risk }
    old.insert('entries', {
      ...entry,
      pos: index + 1,
      org: 1,
      seq: index + 1,
      uid: `id-${index + 1}`,
      at: NEW_YEAR,
      received_at: NEW_YEAR,
      kind_assumed: 0,
      content_hash: Buffer.alloc(0),
      flags: 0,
      leaf_salt: SALT,
      reported_by: 'key:1',
      surface: 'rest',
    })
    old.insert('payloads', { pos: index + 1, type: 'text', size: 5, bytes: PAYLOAD })
    for (const [dimension, key] of rollupKeys({ ...entry, rules: [] })) {
      const name = `${dimension} ${key}`
      counted.set(name, { dimension, key, risks: [...(counted.get(name)?.risks ?? []), risk] })
    }
  }
  for (const { dimension, key, risks: of } of counted.values()) {
    const sums = {
      org: 1,
      dimension,
      key,
      count: of.length,
      risk_sum: of.reduce((sum, risk) => sum + risk, 0),
      risk_max: Math.max(...of),
    }
    old.insert('rollups', { ...sums, minute: MINUTE })
    old.insert('rollup_hours', { ...sums, hour: Math.floor(MINUTE / 60), last_minute: MINUTE })
  }
}

/** The salt of every entry of `insertLog`. */
export const SALT = Buffer.alloc(16, 7)
export const PAYLOAD = Buffer.from('hello')
