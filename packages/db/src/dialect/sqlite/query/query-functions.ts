import type { AttributeClause, Regex, Text } from '@sentinelmesh/query'
import { attributeTest, hasAttribute, payloadTest, textTest, type Reach } from '@sentinelmesh/query'
import { linearRegex, metered, type WorkMeter } from '@sentinelmesh/query/regex'
import type { Database } from 'better-sqlite3'

/** The JSON argument of `query_text` and `query_payload`. */
export interface TextQuestion {
  readonly value: Text | Regex
  readonly reach: Reach
}

/** The JSON argument of `query_attribute`. */
export type AttributeQuestion = Pick<AttributeClause, 'path' | 'test'>

/** Unescaping JSON and folding case take about one step per four characters. */
const CHARS_PER_STEP_LOG2 = 2

/** Compiled questions cached per connection. A statement has few questions and many rows. */
const MAX_COMPILED = 256

/**
 * Registers the predicates of the query language as SQL functions on a reader's connection, so that SQL tests a row
 * with the same code that tests an entry in memory. Each returns 1 or 0, never NULL; a NULL value never matches. The
 * functions report their work to the meter while they run, so that a single long text can be stopped too.
 */
export function registerQueryFunctions(db: Database, meter: WorkMeter): void {
  const text = cached((question) => {
    const { value, reach } = JSON.parse(question) as TextQuestion
    return textTest(value, reach, linearRegex)
  })
  const payload = cached((question) => payloadTest((JSON.parse(question) as TextQuestion).value, linearRegex))
  const attribute = cached((question) => attributeTest(JSON.parse(question) as AttributeQuestion, linearRegex))

  const evaluate = (texts: readonly unknown[], question: () => boolean): 0 | 1 => {
    const chars = texts.reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
    meter.spend(1 + (chars >> CHARS_PER_STEP_LOG2))
    return metered(meter, question) ? 1 : 0
  }

  const options = { deterministic: true, directOnly: true }
  db.function('query_text', options, (value: unknown, question: unknown) =>
    typeof value === 'string' ? evaluate([value], () => text(String(question))(value)) : 0,
  )
  // One call for three texts, because the call itself costs more than the test.
  db.function('query_any_text', options, (one: unknown, two: unknown, three: unknown, question: unknown) => {
    const test = text(String(question))
    const values = [one, two, three]
    return evaluate(values, () => values.some((value) => typeof value === 'string' && test(value)))
  })
  db.function('query_payload', options, (type: unknown, text: unknown, question: unknown) => {
    if (typeof text !== 'string') return 0
    return evaluate([text], () => payload(String(question))({ type: type === 'json' ? 'json' : 'text', text }))
  })
  db.function('query_attribute', options, (attributes: unknown, question: unknown) =>
    typeof attributes === 'string' ? evaluate([attributes], () => attribute(String(question))(attributes)) : 0,
  )
  db.function('query_has_attribute', options, (attributes: unknown, path: unknown) =>
    typeof attributes === 'string' ? evaluate([attributes], () => hasAttribute(attributes, String(path))) : 0,
  )
}

/** SQLite passes the same question with every row. */
function cached<Test>(compile: (question: string) => Test): (question: string) => Test {
  const compiled = new Map<string, Test>()
  return (question) => {
    const known = compiled.get(question)
    if (known !== undefined) return known
    if (compiled.size >= MAX_COMPILED) compiled.clear()
    const test = compile(question)
    compiled.set(question, test)
    return test
  }
}
