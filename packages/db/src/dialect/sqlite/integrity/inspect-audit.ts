import type Sqlite from 'better-sqlite3'
import { AUDIT_COLUMNS, AUDIT_GENESIS, auditHead, auditLeaf, type AuditRow } from '../../../audit-chain.ts'
import { AUDIT_CHAIN, type AuditInspection, type ChainHead } from '../../../integrity.ts'
import { LIMITS } from '../../../limits.ts'
import { AUDIT_CHAINED } from '../chain/audit.ts'
import { statements } from '../connection/statements.ts'
import type { Find } from './find.ts'
import { MIGRATIONS } from '../migrations/index.ts'

/** This many differing records are compared with each other's positions, to detect reordering. */
const MAX_COMPARED = 64

interface Linked {
  readonly id: number
  readonly salt: Buffer | null
  readonly leaf: Buffer | null
  readonly head: Buffer | null
  readonly recordId: number | null
}
type Row = Linked & Omit<AuditRow, 'id'>

/** Recomputes every leaf and head of the audit chain in one snapshot of the file. */
export function inspectAudit(db: Sqlite.Database, published: readonly ChainHead[], find: Find): AuditInspection {
  let findings = 0
  const report = (says: string) => {
    findings += 1
    if (findings <= LIMITS.findings) find('audit', null, null, says)
  }
  const inspection = db.transaction(() => inspect(db, published, report))()
  if (findings > LIMITS.findings)
    find('audit', null, null, `There are ${findings - LIMITS.findings} more findings in the audit.`)
  return inspection
}

function inspect(
  db: Sqlite.Database,
  published: readonly ChainHead[],
  report: (says: string) => void,
): AuditInspection {
  inspectTriggers(db, report)
  const expected = published.toSorted((a, b) => a.seq - b.seq)
  const edited: Row[] = []
  let records = 0
  let chainedLater = 0
  let publishedHeads = 0
  let nextPublished = 0
  let before: Buffer = AUDIT_GENESIS
  let last: { id: number; head: Buffer } | undefined
  const rows = db.prepare<[], Row>(ROWS)

  for (const row of rows.iterate()) {
    const { id, salt, leaf, head, recordId } = row
    if (recordId !== null) records += 1
    if (row.action === AUDIT_CHAINED) chainedLater += recordsIn(row.details)
    if (salt === null || leaf === null || head === null) {
      report(`Record ${id} of the audit is not part of its chain: it was added.`)
      continue
    }
    if (recordId === null) report(`Record ${id} of the audit is gone.`)
    else if (!auditLeaf(salt, asRecord(row, id)).equals(leaf)) edited.push(row)
    if (!auditHead(before, id, leaf).equals(head))
      report(`The link of record ${id} of the audit does not follow from the one before it.`)
    for (; (expected[nextPublished]?.seq ?? Number.MAX_SAFE_INTEGER) <= id; nextPublished++) {
      const one = expected[nextPublished]
      if (one?.seq === id && one.head === head.toString('hex')) publishedHeads += 1
      else report(`The chain of the audit at ${one?.seq} is not the head that was published: records were changed.`)
    }
    before = head
    last = { id, head }
  }

  for (const row of edited) report(sayEdited(row, edited))
  const given = db.prepare<[], number>(`select seq from sqlite_sequence where name = 'audit'`).pluck(true).get() ?? 0
  if (given > (last?.id ?? 0))
    report(`The audit ends at record ${last?.id ?? 0}, and record ${given} had been written: its end was cut off.`)
  for (const { seq } of expected.slice(nextPublished))
    report(
      `The audit ends at record ${last?.id ?? 0}; a head was published when it reached ${seq}. Its end was removed, or a back-up was restored.`,
    )
  return {
    records,
    chainedLater,
    publishedHeads,
    head: last === undefined ? null : { org: AUDIT_CHAIN, seq: last.id, head: last.head.toString('hex') },
  }
}

/** Each id of either table once, because a record without a link and a link without a record are findings. */
const ROWS = `
  select ids.id, c.salt, c.leaf, c.head, a.id as recordId,
    ${AUDIT_COLUMNS.filter((column) => column !== 'id')
      .map((column) => `a.${column}`)
      .join()}
  from (select id from audit union select id from audit_chain) ids
  left join audit a on a.id = ids.id left join audit_chain c on c.id = ids.id order by ids.id`

function asRecord(row: Row, id: number): AuditRow {
  const { org, at, principal, action, target, remote_address, details } = row
  return { id, org, at, principal, action, target, remote_address, details }
}

function sayEdited(row: Row, edited: readonly Row[]): string {
  const origin = edited
    .slice(0, MAX_COMPARED)
    .find(({ id, salt, leaf }) => id !== row.id && salt !== null && leaf?.equals(auditLeaf(salt, asRecord(row, id))))
  return origin === undefined
    ? `Record ${row.id} of the audit is not what was stored: it was edited.`
    : `Record ${row.id} of the audit was stored as ${origin.id}: the order was changed.`
}

function recordsIn(details: string | null): number {
  const { records } = JSON.parse(details ?? '{}') as { records?: unknown }
  return typeof records === 'number' ? records : 0
}

/** The triggers that reject changes to records must be exactly as the migrations created them. */
function inspectTriggers(db: Sqlite.Database, report: (says: string) => void): void {
  const stored = db
    .prepare<[string], string>(`select sql from sqlite_schema where type = 'trigger' and name = ?`)
    .pluck(true)
  for (const { name, sql } of TRIGGERS) {
    const found = stored.get(name)
    if (found === undefined) report(`The trigger ${name}, which keeps the audit from being changed, was removed.`)
    else if (found !== sql) report(`The trigger ${name}, which keeps the audit from being changed, was altered.`)
  }
}

const TRIGGERS = MIGRATIONS.flat().flatMap((step) => {
  if (typeof step === 'function') return []
  const { sql } = step.compile(statements)
  const name = /^create trigger (audit_\w+)/.exec(sql)?.[1]
  return name === undefined ? [] : [{ name, sql: sql.replace(/^create trigger/, 'CREATE TRIGGER') }]
})
