import type { OrgId } from '../../packages/api/src/index.ts'
import { openSqlite, type Database, type Filter, type Position } from '../../packages/db/src/index.ts'
import { parseStrict } from '../../packages/query/src/index.ts'
import { linearRegex } from '../../packages/query/src/regex.ts'
import { SEARCH_BENCH } from '../limits.ts'
import { interleaved } from '../measure.ts'
import { chooseWords } from './choose-words.ts'
import { openPlain, type Answer, type Plain, type Question, type SearchWork } from './plain-sql.ts'

export interface SearchTimes {
  readonly name: string
  /** The number of results. */
  readonly found: number
  readonly ms: readonly number[]
  readonly plainMs: readonly number[]
  /** Both results if they differ, because the times are then meaningless. Otherwise null. */
  readonly differs: string | null
}

/** Runs each search through the store and as plain SQL, alternately, on the same file. */
export async function searchTimes(work: SearchWork): Promise<readonly SearchTimes[]> {
  const { file, org, workers } = work
  const database = await openSqlite({
    file,
    workers: { writer: new URL(workers.writer), reader: new URL(workers.reader), text: new URL(workers.text) },
  })
  await using plain = await openPlain(work)
  try {
    const questions = await questionsOf(database, org, work.untilMs)
    const times: SearchTimes[] = []
    for (const question of questions) times.push(await timesOf(database, plain, org, question))
    return times
  } finally {
    await database.close()
  }
}

async function timesOf(database: Database, plain: Plain, org: OrgId, question: Question): Promise<SearchTimes> {
  const ask = await plain.best(question)
  const answers = [await answerOf(database, org, question), await ask()]
  const timed = (asks: () => Promise<Answer>) => async () => {
    const began = performance.now()
    await asks()
    return { ms: performance.now() - began }
  }
  const sides = [timed(() => answerOf(database, org, question)), timed(ask)]
  await interleaved(SEARCH_BENCH.warmUps, sides)
  const [ours = [], theirs = []] = await interleaved<'ms'>(SEARCH_BENCH.rounds, sides)
  const [own = '', other = ''] = answers.map((answer) => JSON.stringify(answer))
  return {
    name: question.name,
    found: answers[0]?.reduce((sum, [, count]) => sum + count, 0) ?? 0,
    ms: ours.map(({ ms }) => ms),
    plainMs: theirs.map(({ ms }) => ms),
    differs: own === other ? null : `${own.slice(0, 300)} and ${other.slice(0, 300)}`,
  }
}

type PageQuestion = Extract<Question, { type: 'page' }>
type CountQuestion = Extract<Question, { type: 'count' }>

async function questionsOf(database: Database, org: OrgId, untilMs: number): Promise<readonly Question[]> {
  const words = await chooseWords(database, org)
  const all = filterOf(undefined, untilMs)
  const far = await positionOf(database, org, SEARCH_BENCH.page)
  const hour = { from: (untilMs - 3600 * 1000) * 1000, to: untilMs * 1000 }
  const day = { from: (untilMs - 24 * 3600 * 1000) * 1000, to: untilMs * 1000 }
  const page = (name: string, q: string | undefined, texts: readonly string[] = []): PageQuestion => ({
    type: 'page',
    name,
    filter: filterOf(q, untilMs),
    after: undefined,
    texts,
  })
  const count = (name: string, q: string | undefined, texts: readonly string[] = []): CountQuestion => ({
    type: 'count',
    name,
    filter: filterOf(q, untilMs),
    texts,
  })
  return [
    page('newest page', undefined),
    ...(far === undefined
      ? []
      : [{ ...page(`page ${SEARCH_BENCH.page.toLocaleString('en')} by cursor`, undefined), after: far }]),
    { ...page('by sender', `sender:"${words.sender}"`), sender: words.sender },
    { ...page('by risk', 'risk:>=60'), minRisk: 60 },
    page('by a frequent word', words.frequent, [words.frequent]),
    page('by a rare word', words.rare, [words.rare]),
    page('by a substring', words.substring, [words.substring]),
    page('by a word that is nowhere', words.nowhere, [words.nowhere]),
    page('by two frequent words', `${words.frequent} ${words.second}`, [words.frequent, words.second]),
    {
      ...page('by a rare word of a sender', `sender:"${words.sender}" ${words.rare}`, [words.rare]),
      sender: words.sender,
    },
    { type: 'histogram', name: 'last hour’s histogram', filter: { ...all, ...hour }, buckets: 60 },
    { type: 'facets', name: 'facets of a day', filter: { ...all, ...day } },
    { ...count('number of a sender', `sender:"${words.sender}"`), sender: words.sender },
    { ...count('number of a risk', 'risk:>=60'), minRisk: 60 },
    count('number of a rare word', words.rare, [words.rare]),
  ]
}

function filterOf(q: string | undefined, untilMs: number): Filter {
  return { query: q === undefined ? undefined : parseStrict(q, { regex: linearRegex }), now: untilMs * 1000 }
}

async function positionOf(database: Database, org: OrgId, page: number): Promise<Position | undefined> {
  const found = await database.read
    .selectFrom('entries')
    .select(['at', 'seq'])
    .where('org', '=', org)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .offset((page - 1) * SEARCH_BENCH.pageEntries - 1)
    .limit(1)
    .executeTakeFirst()
  return found as Position | undefined
}

/** Returns the part of a result that is compared: the `seq` of its entries, or its counts by key. */
async function answerOf({ search }: Database, org: OrgId, question: Question): Promise<Answer> {
  const { filter } = question
  switch (question.type) {
    case 'page': {
      const { items } = await search.page(org, filter, {
        limit: SEARCH_BENCH.pageEntries,
        order: 'newest',
        after: question.after,
      })
      return items.map(({ seq }) => [String(seq), 1] as const)
    }
    case 'count':
      return [['all', (await search.count(org, filter)).count]]
    case 'histogram': {
      const { counts } = await search.histogram(org, question.filter, question.buckets)
      return counts.flatMap((bands, bucket) =>
        Object.entries(bands).flatMap(([band, count]) => (count === 0 ? [] : [[`${bucket} ${band}`, count] as const])),
      )
    }
    case 'facets': {
      const { facets } = await search.facets(org, filter, {
        fields: ['band', 'kind', 'sender', 'receiver', 'rule'],
        limit: 10,
      })
      return facets.flatMap(({ field, values }) => values.map(({ count }, n) => [`${field} ${n}`, count] as const))
    }
  }
}
