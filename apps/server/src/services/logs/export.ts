import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { schemas } from '@sentinelmesh/api/server'
import type { Filter, LogSearch, Position, StoredEntry } from '@sentinelmesh/db'
import { callerName } from '../../audit/caller-name.ts'
import type { Deps, Verb } from '../verb.ts'
import { CSV_HEAD, toCsvLine } from './export-csv.ts'
import { readFilter } from './filter.ts'
import { toDetail } from './to-wire.ts'

/** The maximum held in memory, whatever the length of the export. */
const PAGE = { limit: 250, bytes: 1024 * 1024 }
/** Writing this many entries takes a millisecond or two. Then it yields to other work. */
const ENTRIES_BETWEEN_TURNS = 50
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Exports all matching entries as of the start of the export. Later entries are not included, and entries that are
 * removed meanwhile are skipped. A search that meets its time limit continues from its position, so the export is
 * either complete or throws. It also throws when the signal aborts. Throws `query_invalid`, `invalid_input`,
 * `rate_limited` before the first chunk.
 */
export const exportEntries: Verb<'logFiles.export', 'auditTally' | 'ruleSets' | 'slots'> = async function* (
  deps,
  { org, principal, signal, remoteAddress },
  input,
) {
  const filter = readFilter(input, deps.clock.now())
  using slot = deps.slots.exports.tryEnter({ owner: org })
  if (slot === undefined)
    throw new DomainError('rate_limited', {
      say: `${LIMITS.exportsAtOnce} exports of this organization are running (limit exportsAtOnce). Wait for one to end.`,
      retryAfterSeconds: 10,
    })
  // The audit does not record the query, which may hold data that is erased later.
  await deps.auditTally.note(org, {
    principal: callerName(principal),
    action: 'logs.export',
    remoteAddress,
    details: {
      format: input.format,
      filtered: (input.q ?? '') !== '',
      from: input.from ?? null,
      to: input.to ?? null,
    },
  })
  const lineOf = await writerOf(deps, org, input)
  if (input.format === 'csv') yield `${input.bom ? BYTE_ORDER_MARK : ''}${CSV_HEAD}`
  let entries = 0
  for await (const some of inTurns(pages(deps.database.reading(signal).search, org, filter, input.order))) {
    signal.throwIfAborted()
    entries += some.length
    yield some.map(lineOf).join('')
  }
  signal.throwIfAborted()
  if (input.end_line) yield `${JSON.stringify({ type: 'end', entries })}\n`
}

async function writerOf(
  { ruleSets }: Deps<'ruleSets'>,
  org: OrgId,
  { format }: schemas.RestExportQuery,
): Promise<(entry: StoredEntry) => string> {
  if (format === 'csv') return toCsvLine
  const { rules } = await ruleSets.of(org)
  return (entry) => toNdjsonLine(entry, (filterId) => rules.get(filterId)?.title ?? filterId)
}

async function* pages(
  search: LogSearch,
  org: OrgId,
  filter: Filter,
  order: schemas.RestExportQuery['order'],
): AsyncGenerator<readonly StoredEntry[]> {
  let after: Position | undefined
  let head: StoredEntry['seq'] | undefined
  for (;;) {
    const page = await search.page(org, filter, { ...PAGE, order, after, head, whole: true })
    const { next, incomplete, undecided } = page
    if (undecided.length > 0)
      throw new DomainError('query_too_slow', {
        say: `This export cannot be complete: checking entry ${undecided[0]} took too long. Use a simpler expression.`,
      })
    yield page.items
    const isStuck = incomplete && (next === null || (next.at === after?.at && next.seq === after.seq))
    if (isStuck) throw new Error('An export cannot go on: a search that goes on where it stopped found no way past it.')
    if (next === null) return
    after = next
    head = page.head
  }
}

async function* inTurns(pages: AsyncIterable<readonly StoredEntry[]>): AsyncGenerator<readonly StoredEntry[]> {
  for await (const page of pages)
    for (let from = 0; from < page.length; from += ENTRIES_BETWEEN_TURNS) {
      yield page.slice(from, from + ENTRIES_BETWEEN_TURNS)
      await nextTurn()
    }
}

/**
 * Formats an entry like `logs.get`, but with the exact text of the attributes, which keeps large numbers and duplicate
 * keys.
 */
function toNdjsonLine(stored: StoredEntry, titleOf: (filterId: string) => string): string {
  const { attributes, ...detail } = toDetail(stored, titleOf)
  // In JSON, line breaks can occur only between tokens.
  const text = attributes === null ? 'null' : (stored.attributes ?? 'null').replaceAll(/[\r\n]+/g, ' ')
  return `${`${JSON.stringify(detail).slice(0, -1)},"attributes":${text}}`.replaceAll(LINE_BREAKS, escaped)}\n`
}

/** JSON allows these characters inside strings, but some line readers treat them as line ends. */
const LINE_BREAKS = /[\u0085\u2028\u2029]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
