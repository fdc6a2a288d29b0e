import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { HASH_BYTES, headAfter } from '../../../chain-head.ts'
import type { ChainHead, OrgInspection } from '../../../integrity.ts'
import { LIMITS } from '../../../limits.ts'
import {
  describe,
  type Described,
  genesis,
  LEAF_COLUMNS,
  leafHasher,
  merkleRoot,
  NEVER_STORED,
} from '../chain/chain.ts'
import { statements } from '../connection/statements.ts'
import type { Find, InspectedOrg } from './find.ts'

/** This many differing entries are compared with each other's positions, to detect reordering. */
const MAX_COMPARED = 64
/**
 * Microseconds. Retention removes entries in the order of arrival, so it did not remove an entry if another one, older
 * by more than this, is still stored. Clock changes and concurrent requests explain smaller differences.
 */
const OUT_OF_ORDER_US = 600 * 1_000_000

const REASONS = new Set(['retention', 'erased', 'restored'])

interface Link {
  readonly from_seq: number
  readonly to_seq: number
  readonly leaves: Buffer | null
  readonly root: Buffer
  readonly head: Buffer
}

interface Gap {
  readonly from_seq: number
  readonly to_seq: number
  readonly reason: string
}

type Walk = Pick<OrgInspection, 'head' | 'uncovered' | 'publishedHeads'>

/**
 * Recomputes every leaf, root, and head, one link per snapshot of the file. `published` are heads that were read before
 * the file was opened.
 */
export function inspectChain(
  db: Sqlite.Database,
  org: InspectedOrg,
  published: readonly ChainHead[],
  find: Find,
  onProgress: (share: number) => void,
): Walk {
  const run = prepare(db)
  const report = limitedReport(find, org)
  const expected = published.toSorted((a, b) => a.seq - b.seq)
  const differing: number[] = []
  const last = run.lastLink.get(org.id)?.to_seq ?? 0
  const before = (run.chainedFrom.get(org.id) ?? 1) - 1
  let seq = before
  let head = genesis(org.uid)
  let matching = 0
  let nextPublished = 0

  while (seq < last) {
    const link = db.transaction(() => {
      const next = run.linkAfter.get(org.id, seq)
      if (next !== undefined) inspectLink(run, org, next, report, differing)
      return next
    })()
    if (link === undefined) break
    const { from_seq: from, to_seq: to } = link
    if (from !== seq + 1)
      report('chain', seq + 1, `The chain goes on at ${from}, where ${seq + 1} is next: links between are missing.`)
    if (!headAfter(head, from, to, link.root).equals(link.head))
      report('chain', from, `The link of ${from}–${to} does not follow from the one before it.`)
    for (; (expected[nextPublished]?.seq ?? Number.MAX_SAFE_INTEGER) <= to; nextPublished++) {
      const one = expected[nextPublished]
      if (one === undefined) break
      if (one.seq === to && one.head === link.head.toString('hex')) matching++
      else report('published', one.seq, differsFrom(one, expected[nextPublished - 1]))
    }
    seq = to
    head = link.head
    onProgress(seq / last)
  }

  for (const { seq: reached } of expected.slice(nextPublished))
    report(
      'removed',
      seq + 1,
      `The log ends at ${seq}; a head was published when it reached ${reached}. What followed ${seq} was removed, or a back-up was restored.`,
    )
  inspectEnds(db, run, org, report, before)
  inspectGaps(run, org, report)
  reportMoved(run, org, differing, report)
  report.end()
  return {
    head: last === 0 ? null : { org: org.uid, seq, head: head.toString('hex') },
    uncovered: run.countBetween.get(org.id, 1, before) ?? 0,
    publishedHeads: matching,
  }
}

function differsFrom({ seq }: ChainHead, before: ChainHead | undefined): string {
  const since = before === undefined ? '' : `, after the one at ${before.seq}`
  return `The chain at ${seq} is not the head that was published: entries up to there${since}, and their links, were changed.`
}

type Report = ReturnType<typeof limitedReport>

/** Reports the first few findings of each type, and at the end how many more there are. */
function limitedReport(find: Find, org: InspectedOrg) {
  const counts = new Map<Parameters<Find>[0], number>()
  const report = (type: Parameters<Find>[0], seq: number | null, says: string) => {
    const count = (counts.get(type) ?? 0) + 1
    counts.set(type, count)
    if (count <= LIMITS.findings) find(type, org, seq, says)
  }
  return Object.assign(report, {
    end: () => {
      for (const [type, count] of counts)
        if (count > LIMITS.findings)
          find(type, org, null, `There are ${count - LIMITS.findings} more such findings (${type}).`)
    },
  })
}

function inspectLink(run: Prepared, org: InspectedOrg, link: Link, report: Report, differing: number[]): void {
  const { from_seq: from, to_seq: to, leaves, root } = link
  const gaps = run.gapsBetween.all(org.id, to, from)
  const gapOf = (seq: number) => gaps.find((gap) => gap.from_seq <= seq && seq <= gap.to_seq)
  if (leaves !== null && !merkleRoot(leaves).equals(root))
    report('chain', from, `The leaves of ${from}–${to} do not make up the root of their link.`)
  const neverStored = root.equals(NEVER_STORED)

  let expected = from
  const missing = (until: number) => {
    for (; expected < until; expected++) {
      const gap = gapOf(expected)
      if (gap === undefined) report('removed', expected, `Entry ${expected} is gone, and nothing says why.`)
      else if ((gap.reason === 'restored') !== neverStored)
        report('removed', expected, `Entry ${expected} is gone; the reason given, ${gap.reason}, is not true.`)
    }
  }
  for (const row of run.entriesBetween.iterate(org.id, from, to)) {
    const seq = row[0] as number
    missing(seq)
    expected = seq + 1
    if (gapOf(seq) !== undefined) report('added', seq, `Entry ${seq} is stored, although it is recorded as removed.`)
    else if (leaves === null) report('added', seq, `Entry ${seq} is stored, although its link has no leaves any more.`)
    else if (saltOf(row).length === 0)
      report('salt_missing', seq, `Entry ${seq} has lost its salt: it cannot be checked.`)
    else if (!leafOf(run, row, seq).equals(leafIn({ from_seq: from, leaves }, seq))) differing.push(seq)
  }
  missing(to + 1)
}

function leafIn({ from_seq: from, leaves }: { from_seq: number; leaves: Buffer }, seq: number): Buffer {
  return leaves.subarray((seq - from) * HASH_BYTES, (seq - from + 1) * HASH_BYTES)
}

/** Reports for each differing entry whether it was edited or moved from another position. */
function reportMoved(run: Prepared, org: InspectedOrg, differing: readonly number[], report: Report): void {
  const compared = differing.slice(0, MAX_COMPARED)
  const links = new Map(compared.map((seq) => [seq, run.linkAfter.get(org.id, seq - 1)]))
  const isFrom = (row: Row, seq: number) => {
    const { from_seq, leaves } = links.get(seq) ?? { from_seq: seq, leaves: null }
    return leaves !== null && leafOf(run, row, seq).equals(leafIn({ from_seq, leaves }, seq))
  }
  for (const seq of differing) {
    const [row] = links.has(seq) ? run.entriesBetween.all(org.id, seq, seq) : []
    const origin = row === undefined ? undefined : compared.find((other) => other !== seq && isFrom(row, other))
    if (origin === undefined) report('edited', seq, `Entry ${seq} is not what was stored: it was edited.`)
    else report('reordered', seq, `Entry ${seq} was stored as ${origin}: the order was changed.`)
  }
}

/** Reports entries after the last link, and cursors beyond the head. */
function inspectEnds(db: Sqlite.Database, run: Prepared, org: InspectedOrg, report: Report, before: number): void {
  const { last, head, beyond, cursors } = db.transaction(() => {
    const last = run.lastLink.get(org.id)
    return {
      last: last?.to_seq ?? before,
      head: run.orgHead.get(org.id) ?? 0,
      beyond: run.seqsAfter.all(org.id, last?.to_seq ?? before),
      cursors: run.cursorsBeyond.all(org.id, org.id),
    }
  })()
  for (const seq of beyond) report('added', seq, `Entry ${seq} is stored, and the chain ends at ${last}.`)
  if (head !== last)
    report('removed', Math.min(head, last) + 1, `The log is said to end at ${head}, and its chain ends at ${last}.`)
  for (const { consumer, seq } of cursors)
    report('removed', head + 1, `${consumer} has read up to ${seq}, and the log ends at ${head}.`)
}

/** Reports gaps whose reason is impossible. Other reasons are trusted: the chain does not prove that entries remain. */
function inspectGaps(run: Prepared, org: InspectedOrg, report: Report): void {
  for (const { from_seq: from, to_seq: to, reason } of run.gaps.iterate(org.id)) {
    if (reason === 'erased' && run.erasureUpTo.get(org.id, to) === undefined)
      report('removed', from, `Entries ${from}–${to} are recorded as erased, and nobody asked for that.`)
    if (!REASONS.has(reason))
      report('removed', from, `Entries ${from}–${to} are recorded as removed for ${reason}, which is no reason.`)
    if (reason !== 'retention') continue
    const before = run.arrivalBefore.get(org.id, from)
    const oldest = before === undefined ? undefined : run.oldestArrivalBefore.get(org.id, from)
    if (before !== undefined && oldest !== undefined && before - oldest > OUT_OF_ORDER_US)
      report(
        'removed',
        from,
        `Entries ${from}–${to} are recorded as removed by retention, and older ones are still there.`,
      )
  }
}

type Row = readonly (Described | Buffer)[]
const DESCRIBED = LEAF_COLUMNS.entries.length + LEAF_COLUMNS.payloads.length
const VERDICTS_END = DESCRIBED + LEAF_COLUMNS.verdicts.length
const POS = VERDICTS_END + LEAF_COLUMNS.undecided.length
const saltOf = (row: Row) => row[POS + 1] as Buffer

/** The leaf of a stored entry as if it were at position `seq`. Empty, and so equal to no leaf, without a payload. */
function leafOf(run: Prepared, row: Row, seq: number): Buffer {
  const payload = row[POS + 2] as Buffer | null
  if (payload === null) return Buffer.alloc(0)
  const matches = run.matchesOf.all(row[POS] as number)
  const description = describe(
    [seq, ...row.slice(1, DESCRIBED).map(described)],
    row.slice(DESCRIBED, VERDICTS_END).map(described),
    row.slice(VERDICTS_END, POS).map(described),
    matches.map((match) => match.map(described)),
  )
  return Buffer.from(run.leaf(saltOf(row), description, payload), 'latin1')
}

function described(value: Described | Buffer): Described {
  return typeof value === 'object' && value !== null ? value.toString('hex') : value
}

type Prepared = ReturnType<typeof prepare>

function prepare(db: Sqlite.Database) {
  const all = <Parameters extends unknown[], Row>(query: { compile(): { sql: string } }) =>
    db.prepare<Parameters, Row>(query.compile().sql)
  const one = <Parameters extends unknown[], Value>(query: { compile(): { sql: string } }) =>
    db.prepare<Parameters, Value>(query.compile().sql).pluck(true)
  const links = statements
    .selectFrom('chain')
    .select(['from_seq', 'to_seq', 'leaves', 'root', 'head'])
    .where('org', '=', 0)
  const gaps = statements.selectFrom('gaps').select(['from_seq', 'to_seq', 'reason']).where('org', '=', 0)
  const entries = statements.selectFrom('entries').where('org', '=', 0)
  const before = entries.select('received_at').where('seq', '<', 0).limit(sql.lit(1))
  return {
    leaf: leafHasher(),
    lastLink: all<[number], Link>(links.orderBy('to_seq', 'desc').limit(sql.lit(1))),
    linkAfter: all<[number, number], Link>(links.where('to_seq', '>', 0).orderBy('to_seq').limit(sql.lit(1))),
    gaps: all<[number], Gap>(gaps.orderBy('from_seq')),
    gapsBetween: all<[number, number, number], Gap>(gaps.where('from_seq', '<=', 0).where('to_seq', '>=', 0)),
    entriesBetween: all<[number, number, number], Row>(
      statements
        .selectFrom('entries')
        .leftJoin('payloads', 'payloads.pos', 'entries.pos')
        .select([
          ...LEAF_COLUMNS.entries.map((column) => `entries.${column}` as const),
          ...LEAF_COLUMNS.payloads.map((column) => `payloads.${column}` as const),
          ...LEAF_COLUMNS.verdicts.map((column) => `entries.${column}` as const),
          ...LEAF_COLUMNS.undecided.map((column) => `entries.${column}` as const),
          'entries.pos',
          'entries.leaf_salt',
          'payloads.bytes',
        ])
        .where('org', '=', 0)
        .where('seq', '>=', 0)
        .where('seq', '<=', 0)
        .orderBy('seq'),
    ).raw(true),
    matchesOf: all<[number], readonly Described[]>(
      statements.selectFrom('matches').select(LEAF_COLUMNS.matches).where('pos', '=', 0).orderBy('ordinal'),
    ).raw(true),
    countBetween: one<[number, number, number], number>(
      entries
        .select((eb) => eb.fn.countAll().as('entries'))
        .where('seq', '>=', 0)
        .where('seq', '<=', 0),
    ),
    seqsAfter: one<[number, number], number>(
      entries.select('seq').where('seq', '>', 0).orderBy('seq').limit(sql.lit(LIMITS.findings)),
    ),
    chainedFrom: one<[number], number>(statements.selectFrom('org_heads').select('chained_from').where('org', '=', 0)),
    orgHead: one<[number], number>(statements.selectFrom('org_heads').select('head_seq').where('org', '=', 0)),
    cursorsBeyond: all<[number, number], { consumer: string; seq: number }>(
      statements
        .selectFrom('cursors')
        .select(['consumer', 'seq'])
        .where('org', '=', 0)
        .where('seq', '>', (eb) =>
          eb
            .selectFrom('org_heads')
            .select((head) => head.fn.max('head_seq').as('seq'))
            .where('org', '=', 0),
        ),
    ),
    erasureUpTo: one<[number, number], number>(
      statements.selectFrom('erasures').select('id').where('org', '=', 0).where('to_seq', '>=', 0).limit(sql.lit(1)),
    ),
    arrivalBefore: one<[number, number], number>(before.orderBy('seq', 'desc')),
    oldestArrivalBefore: one<[number, number], number>(before.orderBy('received_at')),
  }
}
