import { existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import {
  AUDIT_CHAIN,
  type AuditInspection,
  type ChainHead,
  type Finding,
  type Inspection,
  type OrgInspection,
} from '../../../integrity.ts'
import { LIMITS } from '../../../limits.ts'
import { auditStore } from '../../../stores/audit-store.ts'
import { chainStore } from '../../../stores/chain-store.ts'
import { kyselyOver } from '../connection/kysely-over.ts'
import { StoreFileError } from '../connection/errors.ts'
import type { Find, InspectedOrg } from './find.ts'
import { inspectAudit } from './inspect-audit.ts'
import { inspectChain } from './inspect-chain.ts'
import { localReaders } from '../read/local-readers.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { refuseForeign } from '../connection/open-file.ts'
import { openForReading } from '../connection/open-for-reading.ts'
import { sqliteRollups } from '../rollups/rollups.ts'
import { indexFileOf } from '../text-index/index-file.ts'
import { indexVerifier } from '../text-index/index-verifier.ts'

export interface InspectOptions {
  readonly file: string
  /** Slug or name. Default: all orgs. */
  readonly org?: string | undefined
  readonly published?: readonly ChainHead[]
  /** Called with the current part and the share of it that is done, 0–1, or null if unknown. */
  readonly onProgress?: (what: string, share: number | null) => void
}

/**
 * Verifies everything in the file, even while a server writes to it. The file is only read, and in short transactions
 * except for SQLite's own check, so that the write-ahead log does not grow. Memory does not grow with the log. Throws
 * `StoreFileError` if the file is not one of ours.
 */
export async function inspectSqlite(options: InspectOptions): Promise<Inspection | 'no_such_org'> {
  const { file, published = [], onProgress = () => {} } = options
  const db = openForInspection(file)
  try {
    const findings: Finding[] = []
    const find: Find = (type, org, seq, says) => findings.push({ type, org: org?.slug ?? null, seq, says })
    onProgress('the file', null)
    if (!inspectFile(db, find)) return { orgs: [], audit: null, findings }

    const orgs = orgsOf(db, options.org)
    if (orgs.length === 0 && options.org !== undefined) return 'no_such_org'
    let audit: AuditInspection | null = null
    if (options.org === undefined) {
      const ofAudit = published.filter(({ org }) => org === AUDIT_CHAIN)
      inspectStrays(db, orgs, published, find)
      onProgress('the audit', null)
      audit = inspectAudit(db, ofAudit, find)
    }
    const rollups = sqliteRollups(localReaders(db))
    const inspected: OrgInspection[] = []
    for (const org of orgs) {
      const own = published.filter(({ org: uid }) => uid === org.uid)
      const chain = inspectChain(db, org, own, find, (share) => onProgress(`entries of ${org.slug}`, share))
      onProgress(`roll-ups of ${org.slug}`, null)
      for (const says of await rollups.verify(org.id)) find('counts', org, null, says)
      onProgress(`texts of ${org.slug}`, null)
      for (const says of inspectTexts(db, file, org)) find('text_index', org, null, says)
      const bad = findings.filter((one) => one.org === org.slug && one.seq !== null).map(({ seq }) => seq ?? 0)
      inspected.push({
        slug: org.slug,
        ...chain,
        ...storedOf(db, org.id),
        firstBadSeq: bad.length === 0 ? null : bad.reduce((least, seq) => Math.min(least, seq)),
      })
    }
    const order = ({ org, seq }: Finding) => [org ?? '', seq ?? Number.MAX_SAFE_INTEGER] as const
    return {
      orgs: inspected,
      audit,
      findings: findings.toSorted((a, b) => {
        const [[orgA, seqA], [orgB, seqB]] = [order(a), order(b)]
        return orgA === orgB ? seqA - seqB : orgA < orgB ? -1 : 1
      }),
    }
  } finally {
    db.close()
  }
}

/** Throws `StoreFileError` if the file is not one of ours or not of this version. */
function openForInspection(file: string): Sqlite.Database {
  const settings = { file, busyTimeoutMs: LIMITS.busyTimeoutMs, preparedStatements: 0, synchronous: 'FULL' } as const
  refuseForeign(settings)
  const db = openForReading(settings)
  if (Number(db.pragma('user_version', { simple: true })) === MIGRATIONS.length) return db
  db.close()
  throw new StoreFileError(
    'unusable',
    `${file} was written by an earlier version of this program. Start the server on it once, or restore it: that brings it to this version.`,
  )
}

/** Returns false if the file is too damaged for the other checks. */
function inspectFile(db: Sqlite.Database, find: Find): boolean {
  try {
    const rows = db.pragma(`integrity_check(${LIMITS.findings})`) as { integrity_check: string }[]
    for (const { integrity_check: says } of rows)
      if (says !== 'ok') find('file', null, null, `SQLite finds the file damaged: ${says}.`)
    const broken = db.pragma('foreign_key_check') as { table: string; parent: string }[]
    for (const { table, parent } of broken.slice(0, LIMITS.findings))
      find('file', null, null, `A row of ${table} names one of ${parent} that is not there.`)
    return true
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error
    find('file', null, null, `SQLite cannot read all of the file: ${error.message}.`)
    return false
  }
}

/** A server may drop a segment during the check, which then has nothing to report. */
function inspectTexts(log: Sqlite.Database, file: string, org: InspectedOrg): readonly string[] {
  if (!existsSync(indexFileOf(file))) return []
  const index = new Sqlite(indexFileOf(file), { readonly: true, timeout: LIMITS.busyTimeoutMs })
  try {
    // A server that has just started is creating the index. Without tables, it covers no entry.
    if (index.prepare('select count(*) from sqlite_schema').pluck().get() === 0) return []
    const verify = indexVerifier(log, index)
    const differences: string[] = []
    for (let from: number | null = 0; from !== null && differences.length < LIMITS.findings;) {
      const slice = retryIfChanged(() => verify(org.id, from ?? 0))
      differences.push(...slice.differences)
      from = slice.next
    }
    return differences.slice(0, LIMITS.findings)
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error
    return [`The full-text index cannot be read (${error.message}). It is made anew at the next start of the server.`]
  } finally {
    index.close()
  }
}

function retryIfChanged<Result>(look: () => Result): Result {
  for (let attempt = 1; ; attempt++) {
    try {
      return look()
    } catch (error) {
      if (attempt === INDEX_ATTEMPTS || !(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_ERROR')
        throw error
    }
  }
}
const INDEX_ATTEMPTS = 5

/** Returns the heads of all chains, including the audit's, even while a server writes. Throws `StoreFileError`. */
export async function readChainHeads(file: string): Promise<{
  readonly orgs: Awaited<ReturnType<ReturnType<typeof chainStore>['heads']>>
  readonly audit: ChainHead | undefined
}> {
  const db = openForInspection(file)
  try {
    const readers = localReaders(db)
    const kysely = kyselyOver(async (sql, parameters) => {
      const [result] = await readers.run('interactive', [{ sql, parameters }])
      return result ?? { columns: [], rows: [] }
    })
    return { orgs: await chainStore(kysely).heads(), audit: await auditStore(kysely).head() }
  } finally {
    db.close()
  }
}

function orgsOf(db: Sqlite.Database, wanted: string | undefined): InspectedOrg[] {
  const all = db.prepare<[], InspectedOrg>('select id, uid, slug, name from orgs order by id').all()
  return wanted === undefined ? all : all.filter(({ slug, name }) => slug === wanted || name === wanted)
}

/** Reports rows that belong to no entry or no org. */
function inspectStrays(
  db: Sqlite.Database,
  orgs: readonly InspectedOrg[],
  published: readonly ChainHead[],
  find: Find,
): void {
  const count = (text: string) => db.prepare<[], number>(text).pluck(true).get() ?? 0
  const strays = [
    ['entries', count('select count(*) from entries where org not in (select id from orgs)'), 'an organization'],
    ['payloads', count('select count(*) from payloads where pos not in (select pos from entries)'), 'an entry'],
    [
      'matches',
      count(`select count(*) from matches m
        where not exists (select 1 from entries e where e.pos = m.pos and e.org = m.org and e.seq = m.seq)`),
      'an entry',
    ],
  ] as const
  for (const [table, rows, what] of strays)
    if (rows > 0) find('added', null, null, `${rows} rows of ${table} belong to ${what} that is not there.`)

  const uids = new Set([AUDIT_CHAIN, ...orgs.map(({ uid }) => uid)])
  for (const uid of new Set(published.map(({ org }) => org)))
    if (!uids.has(uid))
      find('published', null, null, `A head was published of an organization ${uid}, which is not in this file.`)
}

function storedOf(db: Sqlite.Database, org: number): Pick<OrgInspection, 'entries' | 'removed'> {
  const entries = db.prepare<[number], number>('select count(*) from entries where org = ?').pluck(true).get(org) ?? 0
  const gaps = db
    .prepare<[number], { reason: string; positions: number }>(
      'select reason, sum(to_seq - from_seq + 1) as positions from gaps where org = ? group by reason',
    )
    .all(org)
  return { entries, removed: Object.fromEntries(gaps.map(({ reason, positions }) => [reason, positions])) }
}
