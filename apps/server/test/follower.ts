import { WebSocket } from 'ws'
import type { TailItem } from '@sentinelmesh/api'
import { fromTailCursor } from '@sentinelmesh/api/constants'

export interface SeqRange {
  readonly from: number
  readonly to: number
}

/**
 * A program that follows a log and remembers only what it must: the position of the last item. It goes on from there,
 * whatever ended its socket.
 */
export interface Follower {
  /** Every position that came, in the order in which it came. */
  readonly seqs: readonly number[]
  readonly gaps: readonly (SeqRange & { readonly reason: string })[]
  /** Batches that did not begin where it stood. */
  readonly broken: readonly string[]
  readonly error: string | undefined
  /** Everything behind this is its to see; undefined until it knows where it begins. */
  readonly begin: number | undefined
  readonly position: number | undefined
  connect(url: string): void
  /** Its socket is gone without a word, as when its machine loses power. */
  disconnect(): void
  stall(): void
  resume(): void
}

export interface FollowerOptions {
  readonly key: string
  readonly q: string
  readonly after?: number
  /** `/ws/logs`, which has entries alone. */
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
  /** Where the batch that it is reading has to begin. */
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
  if (seq === undefined) throw new Error(`${cursor} is no cursor`)
  return seq
}
