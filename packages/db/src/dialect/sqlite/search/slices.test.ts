import type { OrgId } from '@sentinelmesh/api'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { LIMITS } from '../../../limits.ts'
import { StatementError } from '../connection/errors.ts'
import { DEADLINE } from '../threads/protocol.ts'
import type { Lane, Readers } from '../read/readers.ts'
import { runInSlices } from './slices.ts'

afterEach(() => void vi.useRealTimers())

describe('the windows of a search', () => {
  test('shrink to one entry in the second slice if larger windows exceed the deadline', async () => {
    const { sizes } = await search({ entries: 40, ends: (size) => size === 1 })

    expect(sizes.slice(0, 2)).toEqual([40, 1])
  })

  test('adapt to the pace of the previous slice, and a window that grew too large costs one attempt', async () => {
    const { sizes, stopped } = await search({ entries: 10_000, ends: (size) => size <= 100, msOf: (size) => size })

    expect(sizes.slice(0, 5)).toEqual([LIMITS.searchWindowRows, 1, 8, 50, 50])
    expect(stopped).toBe(false)
  })
})

describe('a slice', () => {
  test('that waited long for a thread does not make the search heavy', async () => {
    const entries = 3 * LIMITS.searchWindowRows
    const { lanes } = await search({ entries, ends: () => true, msOf: () => 10, waitMs: 2 * LIMITS.searchLightMs })

    expect(lanes).toEqual(['search', 'search', 'search'])
  })

  test('of a single entry, which can be slow, waits behind light searches', async () => {
    const { sizes, lanes } = await search({ entries: 2, ends: (size) => size === 1 })

    expect(sizes).toEqual([2, 1, 1])
    expect(lanes).toEqual(['search', 'heavy', 'heavy'])
  })
})

interface Setup {
  readonly entries: number
  /** Returns whether a window of this size ends before its deadline. */
  readonly ends: (size: number) => boolean
  readonly msOf?: (size: number) => number
  /** Time before a thread takes a slice. */
  readonly waitMs?: number
}

/** Runs a search over candidates with readers of a configured speed. */
async function search({ entries, ends, msOf = () => 1, waitMs = 0 }: Setup) {
  vi.useFakeTimers({ toFake: ['performance'] })
  const sizes: number[] = []
  const lanes: Lane[] = []
  const readers: Readers = {
    async run(lane, _, options) {
      const size = sizes.at(-1) ?? 0
      lanes.push(lane)
      vi.advanceTimersByTime(waitMs)
      options?.onStart?.()
      vi.advanceTimersByTime(ends(size) ? msOf(size) : LIMITS.searchSliceMs)
      if (!ends(size)) throw new StatementError({ code: DEADLINE, message: 'The time of this slice is over.' })
      return []
    },
    forOrg: () => readers,
  }
  const end = await runInSlices(
    { readers, searchMs: 1_000_000, sliceMs: LIMITS.searchSliceMs, entryMs: LIMITS.searchEntryMs },
    {
      org: 1 as OrgId,
      filter: { now: 0 },
      access: { conditions: [], candidates: { seqs: Array.from({ length: entries }, (_, seq) => seq), unknown: [] } },
      order: 'newest',
      after: undefined,
      head: undefined,
    },
    ({ seqs = [] }) => {
      sizes.push(seqs.length)
      return { statements: [], take: () => false }
    },
  )
  return { sizes, lanes, stopped: end.stopped }
}
