import type { AttributeClause, Regex, Text } from '@sentinelmesh/query'
import { attributeTest, hasAttribute, payloadTest, textTest, type Reach } from '@sentinelmesh/query'
import { linearRegex, metered, type WorkMeter } from '@sentinelmesh/query/regex'
import type { Database } from 'better-sqlite3'

/** What `query_text` and `query_payload` are asked, as JSON. */
export interface TextQuestion {
  readonly value: Text | Regex
  readonly reach: Reach
}

/** What `query_attribute` is asked, as JSON. */
export type AttributeQuestion = Pick<AttributeClause, 'path' | 'test'>

/** To unescape JSON and to fold a text takes about a step for four characters. */
const CHARS_PER_STEP_LOG2 = 2

/** Questions kept compiled in one connection; a statement asks few, and many rows. */
const MOST_COMPILED = 256

/**
 * The predicates of the query language as SQL functions, so that a row is judged in SQL by the code that judges an entry
 * in memory. Each answers 1 or 0, never NULL; what is NULL holds for nothing. For the connection of each reader. What
 * they do is reported to the meter while it is done, so that one long text alone can be stopped too.
 */
export function registerQueryFunctions(db: Database, meter: WorkMeter): void {
  const text = remembered((question) => {
    const { value, reach } = JSON.parse(question) as TextQuestion
    return textTest(value, reach, linearRegex)
  })
  const payload = remembered((question) => payloadTest((JSON.parse(question) as TextQuestion).value, linearRegex))
  const attribute = remembered((question) => attributeTest(JSON.parse(question) as AttributeQuestion, linearRegex))

  const asked = (texts: readonly unknown[], question: () => boolean): 0 | 1 => {
    const chars = texts.reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
    meter.spend(1 + (chars >> CHARS_PER_STEP_LOG2))
    return metered(meter, question) ? 1 : 0
  }

  const options = { deterministic: true, directOnly: true }
  db.function('query_text', options, (value: unknown, question: unknown) =>
    typeof value === 'string' ? asked([value], () => text(String(question))(value)) : 0,
  )
  // One call for three texts: the call costs more than what it does.
  db.function('query_any_text', options, (one: unknown, two: unknown, three: unknown, question: unknown) => {
    const test = text(String(question))
    const values = [one, two, three]
    return asked(values, () => values.some((value) => typeof value === 'string' && test(value)))
  })
  db.function('query_payload', options, (type: unknown, text: unknown, question: unknown) => {
    if (typeof text !== 'string') return 0
    return asked([text], () => payload(String(question))({ type: type === 'json' ? 'json' : 'text', text }))
  })
  db.function('query_attribute', options, (attributes: unknown, question: unknown) =>
    typeof attributes === 'string' ? asked([attributes], () => attribute(String(question))(attributes)) : 0,
  )
  db.function('query_has_attribute', options, (attributes: unknown, path: unknown) =>
    typeof attributes === 'string' ? asked([attributes], () => hasAttribute(attributes, String(path))) : 0,
  )
}

/** SQLite gives the same question with every row. */
function remembered<Test>(compile: (question: string) => Test): (question: string) => Test {
  const compiled = new Map<string, Test>()
  return (question) => {
    const known = compiled.get(question)
    if (known !== undefined) return known
    if (compiled.size >= MOST_COMPILED) compiled.clear()
    const test = compile(question)
    compiled.set(question, test)
    return test
  }
}
