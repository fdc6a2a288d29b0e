import { createHash } from 'node:crypto'
import type { PageCursor, Seq } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import type { Position, Total } from '@sentinelmesh/db'

/** State that all pages of a list share, so that they stay consistent while entries arrive. */
interface Snapshot {
  readonly head: Seq
  /** The instant in microseconds that the query's relative times refer to. */
  readonly now: number
  readonly total: Total
}

interface PageState extends Snapshot {
  readonly position: Position
  /** `next` reads after the position, `previous` reads before it. */
  readonly direction: 'next' | 'previous'
  /** The number of entries left on a numbered page that was cut. */
  readonly left?: number | undefined
}

/** A cursor is valid only for the query that it was made for. */
export function writeCursor(state: PageState, query: unknown): PageCursor {
  const { position, direction, head, now, total, left } = state
  const parts = [position.at, position.seq, DIRECTIONS.indexOf(direction), head, now, total.count, +total.estimated]
  return Buffer.from(JSON.stringify([...parts, ...(left === undefined ? [] : [left]), hashOf(query)])).toString(
    'base64url',
  ) as PageCursor
}

/** Throws `cursor_invalid`. */
export function readCursor(cursor: string, query: unknown): PageState {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parts) && (parts.length === 8 || parts.length === 9) && parts.pop() === hashOf(query)) {
      const numbers = parts as unknown[]
      if (numbers.every((part): part is number => Number.isSafeInteger(part))) {
        const [at = 0, seq = 0, way = -1, head = 0, now = 0, count = 0, estimated = 0, left] = numbers
        const direction = DIRECTIONS[way]
        if (direction !== undefined)
          return {
            position: { at, seq: seq as Seq },
            direction,
            head: head as Seq,
            now,
            total: { count, estimated: estimated === 1 },
            left,
          }
      }
    }
  } catch {
    // Invalid base64url or JSON gets the same error as a cursor of another query.
  }
  throw new DomainError('cursor_invalid')
}

const DIRECTIONS = ['next', 'previous'] as const

function hashOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16)
}
