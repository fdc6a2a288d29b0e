import type { AppRouter, TailItem } from '@sentinelmesh/api'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { isSignedOut, toFault, type Fault } from '../fault.ts'
import type { Client } from '../trpc.ts'
import { type Connection, connectionAfter, type ConnectionEvent } from './connection.ts'

/**
 * The socket that all tails of a page share. It reopens automatically, and each tail then resubscribes from its own
 * cursor, so nothing depends on the state of the broken socket.
 */
export interface LiveSocket {
  connection(): Connection
  watch(listener: () => void): () => void
  /** Subscribes now if the socket is open, and again whenever it opens. */
  follow(tail: FollowTail): Followed
  /** For one-off subscriptions such as a backtest; undefined while the socket is not open. */
  client(): Client | undefined
  retryNow(): void
  /** Opens a new socket after a new sign-in, because the old one belongs to the old session. */
  restart(): void
  close(): void
}

export interface FollowTail {
  /** Returns the cursor to begin after; called for each subscription. `undefined` begins at the head. */
  readonly after: () => string | undefined
  readonly q: string
  readonly onItem: (item: TailItem) => void
  /** The server refused this tail for a reason that a new socket does not fix. */
  readonly onFault?: (fault: Fault) => void
}

export interface Followed {
  stop(): void
  /** Subscribes again from `after()` on the same socket. */
  resubscribe(): void
}

/** A tail reports progress at least every 5 s, so after this silence the socket is dead. */
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

  function restartSilenceTimer(): void {
    window.clearTimeout(silence)
    if (tails.size > 0) silence = window.setTimeout(() => onLost(generation), SILENCE_MS)
  }

  function onLost(lost: Generation | undefined): void {
    if (lost === undefined || lost !== generation) return // a late event of an older socket
    generation = undefined
    window.clearTimeout(silence)
    for (const tail of tails) tail.drop()
    lost.close()
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
      retryDelayMs: () => 2 ** 31 - 1, // never: its retry would resend old subscriptions, but each tail knows its own cursor
      onOpen: () => {
        if (generation !== own) return
        move('opened')
        for (const tail of tails) tail.subscribe()
        restartSilenceTimer()
      },
      onClose: () => onLost(own),
      onError: () => onLost(own),
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
              restartSilenceTimer()
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
                onLost(from)
              } else {
                onFault?.(fault)
              }
            },
            onComplete: () => {
              // The server ends a tail only when it shuts down.
              if (running === mine) onLost(from)
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
        restartSilenceTimer()
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
