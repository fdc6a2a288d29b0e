import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** Bytes that may wait in a socket before whoever sends waits too. */
const WAITING_BYTES = 256 * 1024

/**
 * Resolves when the peer has taken what was sent, or is gone. A tail that awaits it is never faster than its reader:
 * without, one stalled socket cost 243 MB in 2 s.
 */
export function drainedOf(socket: WebSocket, stream: Duplex): () => Promise<void> {
  return async () => {
    while (socket.readyState === socket.OPEN && socket.bufferedAmount > WAITING_BYTES) {
      await new Promise<void>((resolve) => {
        const done = () => {
          stream.off('drain', done)
          socket.off('close', done)
          resolve()
        }
        stream.once('drain', done)
        socket.once('close', done)
      })
    }
  }
}
