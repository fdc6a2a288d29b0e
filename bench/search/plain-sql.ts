import type { Filter, Position } from '../../packages/db/src/index.ts'
import type { ReadStatement } from '../../packages/db/src/dialect/sqlite/threads/protocol.ts'
import { openReader } from '../../packages/db/src/dialect/sqlite/open-sqlite.ts'
import { startReaders, type Readers } from '../../packages/db/src/dialect/sqlite/read/readers.ts'
import { SEARCH_BENCH } from '../limits.ts'
import { settingsOf } from '../plain-sqlite.ts'
import type { SearchWork } from './search-times.ts'

interface Restrictions {
  readonly sender?: string
  readonly minRisk?: number
  /** All of them have to be in the payload. */
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

/** The same questions as SQL that a person wrote who knows the tables, in the same sort of thread. Rows stay arrays. */
export interface Plain extends AsyncDisposable {
  /** The quickest of the ways that there are. */
  best(question: Question): Promise<() => Promise<Answer>>
}

export async function openPlain({ file, org, workers }: SearchWork): Promise<Plain> {
  const threads = await Promise.all([0, 1].map(() => openReader(new URL(workers.reader), settingsOf(file))))
  const readers = startReaders(threads, () => {})
  const index = await textIndexOf(readers, org)
  return {
    async best(question) {
      const timed: { readonly ask: () => Promise<Answer>; readonly ms: number }[] = []
      for (const statements of waysOf(org, index, question)) {
        const ask = async () =>
          answerOf(
            question,
            (await readers.run('search', statements)).map(({ rows }) => rows),
          )
        timed.push({ ask, ms: await leastMs(ask) })
      }
      const [best] = timed.toSorted((a, b) => a.ms - b.ms)
      if (best === undefined) throw new Error(`There is no SQL for ${question.name}.`)
      return best.ask
    },
    [Symbol.asyncDispose]: async () => void (await readers.close(CLOSE_MS)),
  }
}

const CLOSE_MS = 5_000

/** The least of several: a single one that met other work would have the wrong way chosen. */
async function leastMs(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < SEARCH_BENCH.waysTried; n++) {
    const began = performance.now()
    await ask()
    times.push(performance.now() - began)
  }
  return Math.min(...times)
}

interface TextIndex {
  readonly tables: readonly string[]
  /** The last position that they cover; nothing before it is left out. */
  readonly to: number
}

async function textIndexOf(readers: Readers, org: number): Promise<TextIndex> {
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

function waysOf(org: number, index: TextIndex, question: Question): readonly (readonly ReadStatement[])[] {
  switch (question.type) {
    case 'page':
      return pageWays(org, index, question)
    case 'count':
      return countWays(org, index, question)
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
      // As the partial index has it.
      ...(minRisk === undefined ? [] : [`+risk >= ${minRisk}`]),
    ],
    parameters: [org, ...(sender === undefined ? [] : [sender])],
  }
}

/** Only letters are asked for, which stand in JSON as they are. */
function holdsOf(texts: readonly string[]): Where {
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

/** In the order of time until the page is full; and where texts are asked for, what their index names, sorted. */
function pageWays(
  org: number,
  index: TextIndex,
  question: Extract<Question, { type: 'page' }>,
): readonly (readonly ReadStatement[])[] {
  const { after, texts = [] } = question
  const behind: Where =
    after === undefined
      ? { conditions: [], parameters: [] }
      : { conditions: ['(at, seq) < (?, ?)'], parameters: [after.at, after.seq] }
  const page = (columns: readonly Where[], named: string): ReadStatement => {
    const { where, parameters } = joined(...columns)
    const sql = `select ${COLUMNS} from entries join payloads on payloads.pos = entries.pos
      where ${where}${named} order by at desc, seq desc limit ${SEARCH_BENCH.pageEntries}`
    return { sql, parameters, utf8: 'bytes' }
  }
  const wheres = [whereOf(org, question), behind, holdsOf(texts)]
  if (texts.length === 0) return [[page(wheres, ''), MATCHES]]
  const named = page(wheres, namedIn(index))
  return [
    [page(wheres, ''), MATCHES],
    [namesOf(index, texts), { ...named, parameters: [...named.parameters, ''], keys: 'seq' }, MATCHES],
  ]
}

/** Named by the index, or not taken in yet. */
const namedIn = ({ to }: TextIndex) => ` and (entries.seq in (select value from json_each(?)) or entries.seq > ${to})`

function countWays(
  org: number,
  index: TextIndex,
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
  const { where, parameters } = joined(whereOf(org, question), holdsOf(texts))
  const sql = `select count(*) from entries join payloads on payloads.pos = entries.pos where ${where}`
  return [
    [{ sql, parameters }],
    [namesOf(index, texts), { sql: sql + namedIn(index), parameters: [...parameters, ''], keys: 'seq' }],
  ]
}

/** The trigrams of all texts, in all tables at once. */
function namesOf({ tables }: TextIndex, texts: readonly string[]): ReadStatement {
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
      return inOrder(
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

function inOrder(counts: readonly (readonly [string, number])[]): Answer {
  return counts.toSorted(([a], [b]) => rankOf(a) - rankOf(b))
}
