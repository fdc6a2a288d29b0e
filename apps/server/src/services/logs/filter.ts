import { createHash } from 'node:crypto'
import type { LogsFilter, PageCursor, Seq } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Filter, Position } from '@sentinelmesh/db'
import { parseStrict, QueryError, type Ast } from '@sentinelmesh/query'
import { linearRegex } from '@sentinelmesh/query/regex'

/** Throws `query_invalid` with the place and, where there is one, a proposal. Undefined for the empty query. */
export function readQuery(q: string | undefined): Ast | undefined {
  if (q === undefined || q.trim() === '') return undefined
  try {
    return parseStrict(q, { regex: linearRegex })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const [first] = error.problems
    throw new DomainError(
      'query_invalid',
      { problems: error.problems, ...(first === undefined ? {} : { say: first.message }) },
      { cause: error },
    )
  }
}

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

interface PageState {
  readonly position: Position
  readonly head: Seq
}

/** A cursor is good for the query that made it, and for no other. */
export function writeCursor(state: PageState, query: unknown): PageCursor {
  const { position, head } = state
  return Buffer.from(JSON.stringify([position.at, position.seq, head, hashOf(query)])).toString(
    'base64url',
  ) as PageCursor
}

/** Throws `cursor_invalid`. */
export function readCursor(cursor: string, query: unknown): PageState {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parts) && parts.length === 4) {
      const [at, seq, head, hash] = parts as unknown[]
      if (
        Number.isSafeInteger(at) &&
        Number.isSafeInteger(seq) &&
        Number.isSafeInteger(head) &&
        hash === hashOf(query)
      ) {
        return { position: { at: at as number, seq: seq as Seq }, head: head as Seq }
      }
    }
  } catch {
    // Not base64url of JSON: the same answer as for another query's.
  }
  throw new DomainError('cursor_invalid')
}

function hashOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16)
}
