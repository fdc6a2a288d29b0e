import type { Extent, Filter } from '@sentinelmesh/db'
import type { Ast } from '@sentinelmesh/query'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

interface Narrowing {
  readonly incomplete: boolean
  readonly narrow: string | null
  readonly searchedTo: string | null
  readonly undecided: number[]
}

/** Describes a search that ended at its deadline: how far it got, which entries it left out, and how to narrow it. */
export function narrowing(filter: Filter, { incomplete, stoppedAt, undecided }: Extent): Narrowing {
  if (!incomplete) return { incomplete, narrow: null, searchedTo: null, undecided: [] }
  return {
    incomplete,
    narrow: [...(undecided.length === 0 ? [] : [passedOver(undecided)]), advice(filter)].join(' '),
    searchedTo: stoppedAt === null ? null : toIso(stoppedAt.at),
    undecided: [...undecided],
  }
}

function passedOver(undecided: Extent['undecided']): string {
  const [first] = undecided
  if (undecided.length === 1) return `Checking entry ${first} took too long, so it was left out.`
  return `Checking ${undecided.length} entries took too long, so they were left out; the first is entry ${first}.`
}

function advice({ query, from }: Filter): string {
  const there = query === undefined ? [] : restrictions(query)
  const more = ['a sender', 'a session', 'a word'].filter((each) => !there.includes(each))
  const time = from === undefined ? 'Say from when on' : 'Narrow the time range'
  return more.length === 0 ? `${time}.` : `${time}, or add ${inWords(more)}.`
}

/** Names the required clauses that an index can answer. */
function restrictions(query: Ast): string[] {
  return (query.type === 'and' ? query.of : [query]).map((part) => {
    if (part.type === 'words') return 'a word'
    if (part.type !== 'text' || part.value.type === 'regex') return ''
    return part.field === 'payload' ? 'a word' : `a ${part.field}`
  })
}

function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}`
}
