import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import type { LogId } from '@sentinelmesh/api'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import type { Match } from '@sentinelmesh/rules'
import type { JudgedEntry } from '../../../log-store.ts'
import { FLAGS } from '../../../schema.ts'
import { entryRow, matchRow, payloadRow } from './append-values.ts'
import { describe, type Described, LEAF_COLUMNS, type LeafHasher, leafHasher, prepareLink } from '../chain/chain.ts'
import { statements } from '../connection/statements.ts'
import { isDiskFailure } from '../connection/errors.ts'
import { failureOf } from '../threads/serve.ts'
import type { AppendAnswer, AppendCall, EntryAnswer, EntryValues, SqlValue } from '../threads/protocol.ts'
import { prepareRollUpDays, type RolledUntil } from '../rollups/roll-up-days.ts'
import { COARSER, DAY_MINUTES, type Grain, MINUTE, MINUTES, rollupKeys } from '../rollups/rollup-keys.ts'

/**
 * Writes batches of appends, each in one transaction: entries, payloads, matches, roll-ups, heads, and one link of each
 * org's chain. If the returned function returns, the batch is committed; if it throws, nothing of it is stored. A call
 * that the database rejects is rolled back on its own, and its answer is the failure.
 */
export function prepareAppend(db: Sqlite.Database): (calls: readonly AppendCall[]) => AppendAnswer[] {
  const run = prepare(db)

  return (calls) => {
    run.begin.run()
    try {
      const heads = new Map<number, Head>()
      const rollups = new Map<string, RollupSums>()
      const answers = calls.map(([org, entries]) => {
        const head = heads.get(org) ?? headOf(run, org)
        const next = { ...head }
        run.savepoint.run()
        try {
          if (!head.exists) {
            run.insertHead.run(org) // fails if the org does not exist
            next.exists = true
          }
          const answer = appendCall(run, org, entries, next)
          run.release.run()
          heads.set(org, next)
          next.leaves.push(...answer.leaves)
          for (const values of answer.stored) {
            addToRollups(rollups, org, values)
            next.receivedAt = Math.max(next.receivedAt, values[0][AT.received_at] as number)
          }
          return answer.answer
        } catch (error) {
          const failure = failureOf(error)
          // After a disk failure, SQLite may have rolled back the whole transaction.
          if (!db.inTransaction || isDiskFailure(failure)) throw error
          run.rollbackTo.run()
          run.release.run()
          return failure
        }
      })
      const rolled = new Map<number, RolledUntil>()
      for (const [org, { seq, entries, bytes, leaves, receivedAt }] of heads) {
        rolled.set(org, run.rollUpDays(org, receivedAt))
        run.updateHead.run(seq, entries, bytes, org)
        if (leaves.length > 0) run.link(org, seq - leaves.length + 1, seq, Buffer.from(leaves.join(''), 'latin1'))
      }
      upsertRollups(run, rollups, rolled)
      run.commit.run()
      return answers
    } catch (error) {
      if (db.inTransaction) run.rollback.run()
      throw error
    }
  }
}

interface Head {
  exists: boolean
  seq: number
  entries: number
  bytes: number
  /** Arrival time of the newest entry in this batch, in microseconds; 0 if there is none. */
  receivedAt: number
  /** Leaves of the entries in this batch, in the order of `seq`. */
  readonly leaves: string[]
}

interface RollupSums {
  readonly org: number
  readonly dimension: string
  /** The last minute with an entry. */
  readonly minute: number
  readonly key: string
  count: number
  riskSum: number
  riskMax: number
}

type Prepared = ReturnType<typeof prepare>

function headOf(run: Prepared, org: number): Head {
  const row = run.head.get(org)
  return row === undefined
    ? { exists: false, seq: 0, entries: 0, bytes: 0, receivedAt: 0, leaves: [] }
    : { exists: true, seq: row[0], entries: row[1], bytes: row[2], receivedAt: 0, leaves: [] }
}

function appendCall(
  run: Prepared,
  org: number,
  entries: readonly EntryValues[],
  head: Head,
): { answer: AppendAnswer; stored: readonly EntryValues[]; leaves: readonly string[] } {
  const firstSeq = head.seq + 1
  let others = false
  const stored: EntryValues[] = []
  const leaves: string[] = []
  const answers = entries.map((values): EntryAnswer => {
    const [entry, payload, matches] = values
    const hash = Buffer.from(entry[AT.content_hash] as string, 'latin1')
    entry[AT.content_hash] = hash
    if (entry[AT.computed_id] !== null) entry[AT.computed_id] = Buffer.from(entry[AT.computed_id] as string, 'latin1')
    const before = findDuplicate(run, org, entry, hash)
    if (before !== undefined) {
      others = true
      return before
    }
    const seq = head.seq + 1
    entry[AT.org] = org
    entry[AT.seq] = seq
    entry[AT.leaf_salt] = Buffer.from(entry[AT.leaf_salt] as string, 'latin1')
    const bytes = Buffer.from(payload[PAYLOAD_AT.bytes] as string, 'utf8')
    payload[PAYLOAD_AT.size] = bytes.length
    payload[PAYLOAD_AT.bytes] = bytes
    leaves.push(leafOf(run.leaf, values))
    const pos = Number(run.insertEntry.run(entry).lastInsertRowid)
    payload[PAYLOAD_AT.pos] = pos
    run.insertPayload.run(payload)
    for (const match of matches) {
      match[MATCH_AT.pos] = pos
      match[MATCH_AT.org] = org
      match[MATCH_AT.seq] = seq
      run.insertMatch.run(match)
    }
    head.seq = seq
    head.entries++
    head.bytes += bytes.length
    stored.push(values)
    return { status: 'stored', seq }
  })
  return { answer: others ? answers : firstSeq, stored, leaves }
}

/** The leaf of the values to insert. Makes their strings well-formed first, so that SQLite returns them unchanged. */
export function leafOf(leaf: LeafHasher, values: EntryValues): string {
  const [entry, payload] = values
  let description = descriptionOf(values)
  // JSON escapes a lone surrogate like this. SQLite would store it as invalid UTF-8 and return a different string.
  if (description.includes('\\ud')) {
    makeWellFormed(values)
    description = descriptionOf(values)
  }
  return leaf(entry[AT.leaf_salt] as Buffer, description, payload[PAYLOAD_AT.bytes] as Buffer)
}

function descriptionOf([entry, payload, matches]: EntryValues): string {
  const values: Described[] = []
  for (const at of DESCRIBED.entries) values.push(described(entry[at]))
  for (const at of DESCRIBED.payloads) values.push(described(payload[at]))
  return describe(
    values,
    DESCRIBED.verdicts.map((at) => described(entry[at])),
    DESCRIBED.undecided.map((at) => described(entry[at])),
    matches.length === 0 ? NO_MATCHES : matches.map((match) => DESCRIBED.matches.map((at) => described(match[at]))),
  )
}

function makeWellFormed([entry, payload, matches]: EntryValues): void {
  for (const row of [entry, payload, ...matches])
    for (const [at, value] of row.entries()) if (typeof value === 'string') row[at] = value.toWellFormed()
}

const NO_MATCHES: readonly Described[][] = []

function described(value: SqlValue | undefined): Described {
  return value instanceof Buffer ? value.toString('hex') : ((value ?? null) as Described)
}

/** Includes entries of the current transaction, since both copies may be in one batch or one call. */
function findDuplicate(run: Prepared, org: number, entry: EntryValues[0], hash: Buffer): EntryAnswer | undefined {
  if (entry[AT.computed_id] !== null) {
    const first = run.byComputedId.get(org, entry[AT.computed_id])
    if (first !== undefined) return duplicateOf(run, first)
  }
  if (entry[AT.source_id] === null) return undefined
  const same = run.bySource.all(org, entry[AT.reported_by], entry[AT.sender], entry[AT.source_id])
  if (same.length === 0) return undefined
  const first = same.find((row) => hash.equals(row[4]))
  if (first === undefined)
    return ((entry[AT.flags] as number) & FLAGS.idConflict) === 0 ? { status: 'conflict' } : undefined
  return duplicateOf(run, first)
}

function duplicateOf(run: Prepared, [pos, uid, seq, risk]: FirstReport): EntryAnswer {
  const matches = run.matchesOf.all(pos)
  return { status: 'duplicate', uid, seq, risk, matches, matchesLeftOut: run.leftOutOf.get(pos)?.[0] ?? 0 }
}

type FirstReport = readonly [pos: number, uid: string, seq: number, risk: number, ...rest: unknown[]]

function addToRollups(sums: Map<string, RollupSums>, org: number, [entry, , matches]: EntryValues): void {
  const minute = Math.floor((entry[AT.at] as number) / MINUTE)
  const risk = entry[AT.risk] as number
  const keys = rollupKeys({
    sender: entry[AT.sender] as string,
    receiver: entry[AT.receiver] as string | null,
    kind: entry[AT.kind] as string,
    band: entry[AT.band] as string,
    risk,
    rules: matches
      .filter((match) => match[MATCH_AT.filtered_by] === null)
      .map((match) => match[MATCH_AT.rule_id] as string),
  })
  for (const [dimension, key] of keys) {
    const name = `${org} ${minute} ${dimension} ${key}`
    const sum = sums.get(name)
    if (sum === undefined) sums.set(name, { org, dimension, minute, key, count: 1, riskSum: risk, riskMax: risk })
    else {
      sum.count++
      sum.riskSum += risk
      if (risk > sum.riskMax) sum.riskMax = risk
    }
  }
}

/** Adds the sums to the minutes and to each coarser grain. Days are included only once they are rolled up. */
function upsertRollups(
  run: Prepared,
  minutes: ReadonlyMap<string, RollupSums>,
  rolled: ReadonlyMap<number, RolledUntil>,
) {
  for (const { org, dimension, minute, key, count, riskSum, riskMax } of minutes.values())
    run.upsertMinute.run(org, dimension, minute, key, count, riskSum, riskMax)
  let sums: Iterable<RollupSums> = minutes.values()
  for (const { grain, upsert } of run.coarser) {
    if (grain.minutes === DAY_MINUTES)
      sums = [...sums].filter(
        ({ org, dimension, minute }) => minute < (rolled.get(org)?.get(dimension) ?? 0) * DAY_MINUTES,
      )
    sums = sumByGrain(sums, grain)
    for (const { org, dimension, minute, key, count, riskSum, riskMax } of sums)
      upsert.run(org, dimension, Math.floor(minute / grain.minutes), key, count, riskSum, riskMax, minute)
  }
}

function sumByGrain(finer: Iterable<RollupSums>, { minutes }: Grain): RollupSums[] {
  const coarser = new Map<string, RollupSums>()
  for (const sums of finer) {
    const { org, dimension, minute, key, count, riskSum, riskMax } = sums
    const name = `${org} ${Math.floor(minute / minutes)} ${dimension} ${key}`
    const before = coarser.get(name)
    if (before === undefined) coarser.set(name, sums)
    else
      coarser.set(name, {
        ...before,
        minute: Math.max(before.minute, minute),
        count: before.count + count,
        riskSum: before.riskSum + riskSum,
        riskMax: Math.max(before.riskMax, riskMax),
      })
  }
  return [...coarser.values()]
}

function prepare(db: Sqlite.Database) {
  const command = (text: string) => db.prepare(text)
  const one = <Parameters extends unknown[], Row>(compilable: { compile(): { sql: string } }) =>
    db.prepare<Parameters, Row>(compilable.compile().sql).raw(true)
  return {
    leaf: leafHasher(),
    link: prepareLink(db),
    begin: command('begin immediate'),
    commit: command('commit'),
    rollback: command('rollback'),
    savepoint: command('savepoint one_call'),
    release: command('release one_call'),
    rollbackTo: command('rollback to one_call'),
    insertEntry: db.prepare<[EntryValues[0]]>(insertInto('entries', ENTRY_COLUMNS)),
    insertPayload: db.prepare<[EntryValues[1]]>(insertInto('payloads', PAYLOAD_COLUMNS)),
    insertMatch: db.prepare<[EntryValues[2][number]]>(insertInto('matches', MATCH_COLUMNS)),
    bySource: one<unknown[], [pos: number, uid: string, seq: number, risk: number, hash: Uint8Array]>(
      statements
        .selectFrom('entries')
        .select(['pos', 'uid', 'seq', 'risk', 'content_hash'])
        .where('org', '=', 0)
        .where('reported_by', '=', '')
        .where('sender', '=', '')
        .where('source_id', '=', ''),
    ),
    byComputedId: one<unknown[], [pos: number, uid: string, seq: number, risk: number]>(
      statements
        .selectFrom('entries')
        .select(['pos', 'uid', 'seq', 'risk'])
        .where('org', '=', 0)
        .where('computed_id', '=', EXAMPLE.contentHash),
    ),
    matchesOf: one<[number], [string, string, string]>(
      statements
        .selectFrom('matches')
        .select(['rule_id', 'title', 'level'])
        .where('pos', '=', 0)
        .where('ordinal', '<', sql.lit(API_LIMITS.entryMatches))
        .where('filtered_by', 'is', null)
        .orderBy('ordinal'),
    ),
    leftOutOf: one<[number], [number]>(
      statements
        .selectFrom('matches')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('pos', '=', 0)
        .where('ordinal', '>=', sql.lit(API_LIMITS.entryMatches))
        .where('filtered_by', 'is', null),
    ),
    head: one<[number], [seq: number, entries: number, bytes: number]>(
      statements.selectFrom('org_heads').select(['head_seq', 'entries', 'bytes']).where('org', '=', 0),
    ),
    insertHead: db.prepare<[org: number]>(
      sql`insert into org_heads (org, head_seq, entries, bytes) values (${0}, 0, 0, 0)`.compile(statements).sql,
    ),
    updateHead: db.prepare<[seq: number, entries: number, bytes: number, org: number]>(
      statements.updateTable('org_heads').set({ head_seq: 0, entries: 0, bytes: 0 }).where('org', '=', 0).compile().sql,
    ),
    rollUpDays: prepareRollUpDays(db),
    upsertMinute: db.prepare<unknown[]>(upsertInto(MINUTES)),
    coarser: COARSER.map((grain) => ({ grain, upsert: db.prepare<unknown[]>(upsertInto(grain)) })),
  }
}

function upsertInto({ table, column, minutes }: Grain): string {
  const names = ['org', 'dimension', column, 'key', 'count', 'risk_sum', 'risk_max']
  const sums = ['count = count + excluded.count', 'risk_sum = risk_sum + excluded.risk_sum']
  const maxima = ['risk_max']
  if (minutes > 1) {
    names.push('last_minute')
    maxima.push('last_minute')
  }
  return `${insertInto(table, names)} on conflict (org, dimension, ${column}, key) do update set
    ${[...sums, ...maxima.map((name) => `${name} = max(${name}, excluded.${name})`)].join()}`
}

/** Only the column names matter. */
const EXAMPLE: JudgedEntry = {
  id: '' as LogId,
  at: 0,
  receivedAt: 0,
  timestampText: null,
  sender: '',
  receiver: null,
  kind: 'message',
  kindAssumed: false,
  session: null,
  context: null,
  payload: { type: 'text', text: '' },
  attributes: null,
  logsource: {},
  risk: 0,
  band: 'none',
  reportedRisk: null,
  system: null,
  matches: [],
  masked: [],
  sourceId: null,
  contentHash: new Uint8Array(32),
  leafSalt: new Uint8Array(16),
  reportedBy: '',
  surface: 'rest',
  remoteAddress: null,
  senderClaimed: false,
  textRepaired: false,
  truncated: false,
  idConflict: false,
  computedId: null,
  verdict: null,
  would: null,
  unjudged: false,
  undecided: [],
}
const EXAMPLE_MATCH: Match = {
  ruleId: '',
  ruleHash: '',
  title: '',
  level: 'low',
  points: 0,
  family: '',
  contributes: true,
  places: [],
  selections: [],
  filteredBy: null,
}

const ENTRY_COLUMNS = columnsOf(entryRow(EXAMPLE))
const PAYLOAD_COLUMNS = columnsOf(payloadRow(EXAMPLE))
const MATCH_COLUMNS = columnsOf(matchRow(EXAMPLE_MATCH, 0))
/** The index of each column in the values. */
const AT = indexesOf(ENTRY_COLUMNS)
const PAYLOAD_AT = indexesOf(PAYLOAD_COLUMNS)
const MATCH_AT = indexesOf(MATCH_COLUMNS)
const DESCRIBED = {
  entries: LEAF_COLUMNS.entries.map((column) => AT[column]),
  verdicts: LEAF_COLUMNS.verdicts.map((column) => AT[column]),
  undecided: LEAF_COLUMNS.undecided.map((column) => AT[column]),
  payloads: LEAF_COLUMNS.payloads.map((column) => PAYLOAD_AT[column]),
  matches: LEAF_COLUMNS.matches.map((column) => MATCH_AT[column]),
}

function columnsOf<Row extends object>(row: Row) {
  return Object.keys(row) as Extract<keyof Row, string>[]
}

function indexesOf<Name extends string>(columns: readonly Name[]) {
  return Object.fromEntries(columns.map((column, index) => [column, index])) as Record<Name, number>
}

function insertInto(table: string, columns: readonly string[]): string {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const values = sql.join(columns.map(() => sql.val(null)))
  return sql`insert into ${sql.table(table)} (${names}) values (${values})`.compile(statements).sql
}
