import type { OrgId } from '../../packages/api/src/index.ts'
import type { Filter, Position } from '../../packages/db/src/index.ts'
import type { ReadStatement } from '../../packages/db/src/dialect/sqlite/threads/protocol.ts'
import { openReader } from '../../packages/db/src/dialect/sqlite/open-sqlite.ts'
import { startReaders, type Readers } from '../../packages/db/src/dialect/sqlite/read/readers.ts'
import type { Workers } from '../fill.ts'
import { SEARCH_BENCH } from '../limits.ts'
import { settingsOf } from '../plain-sqlite.ts'

export interface SearchWork {
  readonly file: string
  readonly org: OrgId
  readonly untilMs: number
  readonly workers: Workers
}

interface Restrictions {
  readonly sender?: string
  readonly minRisk?: number
  /** Each text must occur in the payload, sender, receiver or context. */
  readonly texts?: readonly string[]
}

export type Question = { readonly name: string } & (
  | ({ readonly type: 'page'; readonly filter: Filter; readonly after: Position | undefined } & Restrictions)
  | ({ readonly type: 'count'; readonly filter: Filter } & Restrictions)
  | { readonly type: 'histogram'; readonly filter: Filter & { from: number; to: number }; readonly buckets: number }
  | { readonly type: 'facets'; readonly filter: Filter & { from: number; to: number } }
)

/** Counts by key. */
export type Answer = readonly (readonly [key: string, count: number])[]

/**
 * The same queries as SQL, written by hand for these tables and run in the same kind of reader thread. Rows are not
 * converted to objects.
 */
export interface Plain extends AsyncDisposable {
  /** Returns the fastest variant of the query. */
  best(question: Question): Promise<() => Promise<Answer>>
}

export async function openPlain({ file, org, workers }: SearchWork): Promise<Plain> {
  const threads = await Promise.all([0, 1].map(() => openReader(new URL(workers.reader), settingsOf(file))))
  const readers = startReaders(threads, () => {})
  const index = await fullTextIndexOf(readers, org)
  return {
    async best(question) {
      const timed: { readonly ask: () => Promise<Answer>; readonly ms: number }[] = []
      for (const statements of variantsOf(org, index, question)) {
        const ask = async () =>
          answerOf(
            question,
            (await readers.run('search', statements)).map(({ rows }) => rows),
          )
        timed.push({ ask, ms: await fastestMs(ask) })
      }
      const [best] = timed.toSorted((a, b) => a.ms - b.ms)
      if (best === undefined) throw new Error(`No SQL is defined for the search "${question.name}".`)
      return best.ask
    },
    [Symbol.asyncDispose]: async () => void (await readers.close(CLOSE_MS)),
  }
}

const CLOSE_MS = 5_000

/** Returns the fastest of several runs, because other load during a single run could favor the wrong variant. */
async function fastestMs(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < SEARCH_BENCH.waysTried; n++) {
    const began = performance.now()
    await ask()
    times.push(performance.now() - began)
  }
  return Math.min(...times)
}

interface FullTextIndex {
  readonly tables: readonly string[]
  /** The last `seq` that is indexed. There are no gaps before it. */
  readonly to: number
}

async function fullTextIndexOf(readers: Readers, org: number): Promise<FullTextIndex> {
  const sql = "select 'text_' || id, to_seq from segments where org = ? order by from_seq desc"
  const [found] = await readers.run('search', [{ sql, parameters: [org], text: true }])
  const rows = found?.rows ?? []
  return { tables: rows.map(([name]) => String(name)), to: Number(rows[0]?.[1] ?? 0) }
}

const COLUMNS = `entries.pos, uid, seq, at, received_at, timestamp_text, sender, receiver, kind, kind_assumed, session, context,
  risk, band, source_id, reported_by, surface, flags, product, category, service,
  payloads.type, size, snippet, snippet_marks, attributes, case when snippet is null then bytes end as bytes`
const MATCHES: ReadStatement = {
  sql: `select pos, rule_id, title, level from matches where pos in (select value from json_each(?))
    and filtered_by is null order by pos, ordinal`,
  parameters: [''],
  keys: 'pos',
}

function variantsOf(org: number, index: FullTextIndex, question: Question): readonly (readonly ReadStatement[])[] {
  switch (question.type) {
    case 'page':
      return pageVariants(org, index, question)
    case 'count':
      return countVariants(org, index, question)
    case 'histogram': {
      const { from, to } = question.filter
      const step = (to - from) / question.buckets
      const byMinute = `select (minute - cast(? as integer)) / cast(? as integer) as bucket, key, sum(count) from rollups
        where org = ? and dimension = 'band' and minute >= ? and minute < ? group by bucket, key`
      const byEntry = `select (at - cast(? as integer)) / cast(? as integer) as bucket, band, count(*) from entries
        where org = ? and at >= ? and at < ? group by bucket, band`
      const [first, last, steps] = [from, to, step].map((micros) => micros / 60_000_000)
      return [
        ...(Number.isInteger(first) && Number.isInteger(steps)
          ? [[{ sql: byMinute, parameters: [first, steps, org, first, last] }]]
          : []),
        [{ sql: byEntry, parameters: [from, step, org, from, to] }],
      ]
    }
    case 'facets':
      return [facetsByEntry(org, question.filter), ...facetsByMinute(org, question.filter)]
  }
}

interface Where {
  readonly conditions: readonly string[]
  readonly parameters: readonly (string | number)[]
}

function whereOf(org: number, { sender, minRisk }: Restrictions): Where {
  return {
    conditions: [
      'entries.org = ?',
      ...(sender === undefined ? [] : ['sender = ?']),
      // Must be written like the condition of the partial index, or SQLite does not use that index.
      ...(minRisk === undefined ? [] : [`+risk >= ${minRisk}`]),
    ],
    parameters: [org, ...(sender === undefined ? [] : [sender])],
  }
}

/** Matches the stored JSON directly, because the texts contain only letters, which JSON does not escape. */
function containsAll(texts: readonly string[]): Where {
  return {
    conditions: texts.map(
      () =>
        '(instr(lower(cast(bytes as text)), ?) or instr(lower(sender), ?) or instr(lower(receiver), ?) or instr(lower(context), ?))',
    ),
    parameters: texts.flatMap((text) => [text, text, text, text]),
  }
}

const joined = (...wheres: readonly Where[]) => ({
  where: wheres.flatMap(({ conditions }) => conditions).join(' and '),
  parameters: wheres.flatMap(({ parameters }) => parameters),
})

/**
 * The first variant scans in time order until the page is full. For texts, the second variant sorts the entries that
 * the full-text index finds.
 */
function pageVariants(
  org: number,
  index: FullTextIndex,
  question: Extract<Question, { type: 'page' }>,
): readonly (readonly ReadStatement[])[] {
  const { after, texts = [] } = question
  const beforeCursor: Where =
    after === undefined
      ? { conditions: [], parameters: [] }
      : { conditions: ['(at, seq) < (?, ?)'], parameters: [after.at, after.seq] }
  const page = (columns: readonly Where[], indexFilter: string): ReadStatement => {
    const { where, parameters } = joined(...columns)
    const sql = `select ${COLUMNS} from entries join payloads on payloads.pos = entries.pos
      where ${where}${indexFilter} order by at desc, seq desc limit ${SEARCH_BENCH.pageEntries}`
    return { sql, parameters, utf8: 'bytes' }
  }
  const wheres = [whereOf(org, question), beforeCursor, containsAll(texts)]
  if (texts.length === 0) return [[page(wheres, ''), MATCHES]]
  const fromIndex = page(wheres, indexedOrNewer(index))
  return [
    [page(wheres, ''), MATCHES],
    [indexLookup(index, texts), { ...fromIndex, parameters: [...fromIndex.parameters, ''], keys: 'seq' }, MATCHES],
  ]
}

/** Restricts entries to those found by the full-text index and those not indexed yet. */
const indexedOrNewer = ({ to }: FullTextIndex) =>
  ` and (entries.seq in (select value from json_each(?)) or entries.seq > ${to})`

function countVariants(
  org: number,
  index: FullTextIndex,
  question: Extract<Question, { type: 'count' }>,
): readonly (readonly ReadStatement[])[] {
  const { texts = [], sender } = question
  if (texts.length === 0) {
    const { where, parameters } = joined(whereOf(org, question))
    const byEntry = { sql: `select count(*) from entries where ${where}`, parameters }
    if (sender === undefined) return [[byEntry]]
    const byHour = `select sum(count) from rollup_hours where org = ? and dimension = 'sender' and key = ?`
    return [[byEntry], [{ sql: byHour, parameters: [org, sender] }]]
  }
  const { where, parameters } = joined(whereOf(org, question), containsAll(texts))
  const sql = `select count(*) from entries join payloads on payloads.pos = entries.pos where ${where}`
  return [
    [{ sql, parameters }],
    [indexLookup(index, texts), { sql: sql + indexedOrNewer(index), parameters: [...parameters, ''], keys: 'seq' }],
  ]
}

/** Searches all index tables for entries that contain the trigrams of all texts. */
function indexLookup({ tables }: FullTextIndex, texts: readonly string[]): ReadStatement {
  const grams = texts.flatMap((text) =>
    Array.from({ length: Math.ceil((text.length - 2) / 3) + 1 }, (_, n) => Math.min(n * 3, text.length - 3)).map(
      (at) => `"${text.slice(at, at + 3)}"`,
    ),
  )
  const match = [...new Set(grams)].join(' AND ')
  const sql = tables.map((table) => `select rowid as seq from ${table} where ${table} match ?`).join(' union all ')
  return { sql: sql || 'select 0 as seq where 0', parameters: tables.map(() => match), text: true }
}

const FACETS = ['band', 'kind', 'sender', 'receiver', 'rule'] as const

function facetsByEntry(org: number, { from, to }: { from: number; to: number }): readonly ReadStatement[] {
  return FACETS.map((field) => {
    const sql =
      field === 'rule'
        ? `select rule_id, count(distinct matches.pos) as n from entries join matches on matches.pos = entries.pos and filtered_by is null
            where entries.org = ? and at >= ? and at < ? group by rule_id order by n desc limit 10`
        : `select ${field}, count(*) as n from entries
            where org = ? and at >= ? and at < ? and ${field} is not null group by ${field} order by n desc limit 10`
    return { sql, parameters: [org, from, to] }
  })
}

function facetsByMinute(
  org: number,
  { from, to }: { from: number; to: number },
): readonly (readonly ReadStatement[])[] {
  const [first = 0, last = 0] = [from, to].map((micros) => micros / 60_000_000)
  if (!Number.isInteger(first) || !Number.isInteger(last)) return []
  const sql = `select key, sum(count) as n from rollups where org = ? and dimension = ? and minute >= ? and minute < ?
    group by key order by n desc limit 10`
  return [FACETS.map((field) => ({ sql, parameters: [org, field, first, last] }))]
}

function answerOf(question: Question, results: readonly (readonly (readonly unknown[])[])[]): Answer {
  switch (question.type) {
    case 'page':
      return (results.at(-2) ?? []).map((row) => [String(row[2]), 1] as const)
    case 'count':
      return [['all', Number(results.at(-1)?.[0]?.[0] ?? 0)]]
    case 'histogram':
      return byBucketAndBand(
        (results[0] ?? []).map(([bucket, band, count]) => [`${String(bucket)} ${String(band)}`, Number(count)]),
      )
    case 'facets':
      return results.flatMap((rows, index) => rows.map((row, n) => [`${FACETS[index]} ${n}`, Number(row[1])] as const))
  }
}

const BANDS = ['none', 'low', 'medium', 'high', 'critical']
const rankOf = (key: string) => {
  const [bucket = '', band = ''] = key.split(' ')
  return Number(bucket) * 10 + BANDS.indexOf(band)
}

function byBucketAndBand(counts: readonly (readonly [string, number])[]): Answer {
  return counts.toSorted(([a], [b]) => rankOf(a) - rankOf(b))
}
