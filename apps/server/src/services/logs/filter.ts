import type { LogsFilter } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Filter } from '@sentinelmesh/db'
import { parseStrict, QueryError, type Ast, type Problem } from '@sentinelmesh/query'
import { linearRegex } from '@sentinelmesh/query/regex'

/** Throws `query_invalid` with the position and, if there is one, a suggestion. Undefined for the empty query. */
export function readQuery(q: string | undefined): Ast | undefined {
  if (q === undefined || q.trim() === '') return undefined
  try {
    return parseStrict(q, { regex: linearRegex })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const [first] = error.problems
    throw new DomainError(
      'query_invalid',
      { problems: error.problems, ...(first === undefined ? {} : { say: withPlace(first, q) }) },
      { cause: error },
    )
  }
}

/** Adds the position to the message for clients that show only the message. Positions count from 1. */
function withPlace({ message, start, end }: Problem, q: string): string {
  const text = q.slice(start, end)
  if (text.trim() === '') return `${message} (At character ${start + 1} of the query.)`
  const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text
  return `${message} (At character ${start + 1} of the query: ${shown})`
}

const SHOWN_CHARS = 60

export function readFilter({ q, from, to }: LogsFilter, nowMs: number): Filter {
  const filter = { query: readQuery(q), from: micros(from), to: micros(to), now: nowMs * 1000 }
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw new DomainError('invalid_input', {
      issues: [{ loc: ['to'], msg: 'to has to be later than from.', type: 'value_error' }],
    })
  }
  return filter
}

function micros(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso) * 1000
}
