import { WebSocket } from 'ws'
import type { TailItem } from '@sentinelmesh/api'
import { fromTailCursor } from '@sentinelmesh/api/constants'

export interface SeqRange {
  readonly from: number
  readonly to: number
}

/**
 * A client that follows a log and remembers only the position of the last item. It resumes from there after any
 * disconnect.
 */
export interface Follower {
  /** Every position received, in order of arrival. */
  readonly seqs: readonly number[]
  readonly gaps: readonly (SeqRange & { readonly reason: string })[]
  /** Batches that did not begin at the end of the one before. */
  readonly broken: readonly string[]
  readonly error: string | undefined
  /** The follower must get every matching entry after this position. Undefined until the start position is known. */
  readonly begin: number | undefined
  readonly position: number | undefined
  connect(url: string): void
  /** Terminates the socket without a close frame, as in a power failure. */
  disconnect(): void
  stall(): void
  resume(): void
}

export interface FollowerOptions {
  readonly key: string
  readonly q: string
  readonly after?: number
  /** Follows `/ws/logs`, which sends entries only. */
  readonly legacy?: boolean
}

type Message = {
  readonly error?: unknown
  readonly result?: { readonly type: string; readonly id?: string; readonly data?: { readonly data: TailItem } }
}

export function follower({ key, q, after, legacy = false }: FollowerOptions): Follower {
  const seqs: number[] = []
  const gaps: (SeqRange & { readonly reason: string })[] = []
  const broken: string[] = []
  let error: string | undefined
  let begin = after
  let position = after
  /** The current batch must begin at this position. */
  let batchBegan = after
  let socket: WebSocket | undefined

  function take(text: string): void {
    const message = JSON.parse(text) as Message
    if (message.error !== undefined) error = text
    const { result } = message
    if (result?.type !== 'data' || result.id === undefined || result.data === undefined) return
    const item = result.data.data
    if (item.type === 'entry') {
      begin ??= item.entry.seq - 1
      seqs.push(item.entry.seq)
    }
    if (item.type === 'gap') gaps.push({ from: seqOf(item.from), to: seqOf(item.to), reason: item.reason })
    if (item.type === 'progress') {
      begin ??= seqOf(item.from)
      const expected = batchBegan ?? seqOf(item.from)
      if (expected !== seqOf(item.from)) broken.push(`${expected} → ${seqOf(item.from)}`)
      batchBegan = seqOf(item.cursor)
    }
    position = seqOf(result.id)
  }

  function takeLegacy(text: string): void {
    const { seq } = JSON.parse(text) as { seq: number }
    seqs.push(seq)
    position = seq
  }

  return {
    seqs,
    gaps,
    broken,
    get error() {
      return error
    },
    get begin() {
      return begin
    },
    get position() {
      return position
    },
    connect(url) {
      const path = legacy ? `/ws/logs?after=${position ?? 0}` : '/trpc'
      const own = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers: { 'x-api-key': key } })
      socket = own
      batchBegan = position
      own.on('error', () => {})
      own.on('open', () => {
        if (legacy) return
        const input = { q, ...(position === undefined ? {} : { lastEventId: String(position) }) }
        own.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.tail', input } }))
      })
      own.on('message', (data) => {
        if (socket === own) (legacy ? takeLegacy : take)(String(data))
      })
    },
    disconnect() {
      socket?.terminate()
      socket = undefined
    },
    stall: () => socket?.pause(),
    resume: () => socket?.resume(),
  }
}

function seqOf(cursor: string): number {
  const seq = fromTailCursor(cursor)
  if (seq === undefined) throw new Error(`${cursor} is not a cursor`)
  return seq
}
