import type { AppRouter, TailItem } from '@sentinelmesh/api'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { isSignedOut, toFault, type Fault } from '../fault.ts'
import type { Client } from '../trpc.ts'
import { type Connection, connectionAfter, type ConnectionEvent } from './connection.ts'

/**
 * One socket for all tails of a page. It reopens by itself; each tail then asks again from its own position, so that
 * nothing depends on what the socket held when it broke.
 */
export interface LiveSocket {
  connection(): Connection
  watch(listener: () => void): () => void
  /** Calls `subscribe` whenever the socket opens, the first time included. */
  follow(tail: FollowTail): Followed
  /** For work that is asked for once, such as a backtest; undefined while the socket is not open. */
  client(): Client | undefined
  retryNow(): void
  /** After a new sign-in: the socket belonged to the old one. */
  restart(): void
  close(): void
}

export interface FollowTail {
  /** Where to begin; asked anew at each opening. `undefined`: from now on. */
  readonly after: () => string | undefined
  readonly q: string
  readonly onItem: (item: TailItem) => void
  /** The server refused this tail for a reason that a new socket does not mend. */
  readonly onFault?: (fault: Fault) => void
}

export interface Followed {
  stop(): void
  /** Asks again from `after()` without touching the socket. */
  resubscribe(): void
}

/** A tail reports progress at least every 5 s: after this long without a word the socket is dead, not quiet. */
const SILENCE_MS = 16_000

interface Generation {
  readonly client: Client
  close(): void
}

export function createLiveSocket(org: string, onSignedOut: () => void): LiveSocket {
  const watchers = new Set<() => void>()
  const tails = new Set<{ subscribe(): void; drop(): void }>()
  let connection: Connection = { status: 'connecting' }
  let generation: Generation | undefined
  let timer: number | undefined
  let silence: number | undefined

  function move(event: ConnectionEvent): void {
    connection = connectionAfter(connection, event, Date.now())
    for (const watcher of watchers) watcher()
  }

  function heard(): void {
    window.clearTimeout(silence)
    if (tails.size > 0) silence = window.setTimeout(() => lose(generation), SILENCE_MS)
  }

  function lose(which: Generation | undefined): void {
    if (which === undefined || which !== generation) return // an older socket's last words
    generation = undefined
    window.clearTimeout(silence)
    for (const tail of tails) tail.drop()
    which.close()
    move('closed')
    if (connection.status === 'lost' && connection.retryAt !== null) {
      window.clearTimeout(timer)
      timer = window.setTimeout(open, connection.retryAt - Date.now())
    }
  }

  function open(): void {
    window.clearTimeout(timer)
    move('retrying')
    const url = new URL('/trpc', window.location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = createWSClient({
      url: url.href,
      connectionParams: () => ({ org }),
      retryDelayMs: () => 2 ** 31 - 1, // it would resend what it remembers; each tail knows better where it stands
      onOpen: () => {
        if (generation !== own) return
        move('opened')
        for (const tail of tails) tail.subscribe()
        heard()
      },
      onClose: () => lose(own),
      onError: () => lose(own),
    })
    const own: Generation = {
      client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }),
      close: () => void socket.close(),
    }
    generation = own
  }

  open()

  return {
    connection: () => connection,
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    follow({ after, q, onItem, onFault }) {
      let running: { unsubscribe(): void } | undefined
      const tail = {
        subscribe() {
          tail.drop()
          const position = after()
          const input = { ...(position === undefined ? {} : { after: position }), ...(q === '' ? {} : { q }) }
          const from = generation
          if (from === undefined) return
          const mine = from.client.logs.tail.subscribe(input, {
            onData: ({ data }) => {
              if (running !== mine) return
              heard()
              onItem(data)
            },
            onError: (error) => {
              if (running !== mine) return
              running = undefined
              const fault = toFault(error)
              if (isSignedOut(fault)) {
                move('ended')
                onSignedOut()
              } else if (fault.code === 'offline' || fault.code === 'internal' || fault.code === 'shutting_down') {
                lose(from)
              } else {
                onFault?.(fault)
              }
            },
            onComplete: () => {
              // The server ends a tail only when it stops; the page asks for it again.
              if (running === mine) lose(from)
            },
          })
          running = mine
        },
        drop() {
          const old = running
          running = undefined
          old?.unsubscribe()
        },
      }
      tails.add(tail)
      if (connection.status === 'open') {
        tail.subscribe()
        heard()
      }
      return {
        stop() {
          tails.delete(tail)
          tail.drop()
        },
        resubscribe: () => tail.subscribe(),
      }
    },
    client: () => (connection.status === 'open' ? generation?.client : undefined),
    retryNow() {
      if (connection.status === 'lost' && connection.retryAt !== null) open()
    },
    restart() {
      const old = generation
      generation = undefined
      for (const tail of tails) tail.drop()
      old?.close()
      move('restarted')
      open()
    },
    close() {
      window.clearTimeout(timer)
      window.clearTimeout(silence)
      for (const tail of tails) tail.drop()
      const old = generation
      generation = undefined
      old?.close()
      move('ended')
    },
  }
}
