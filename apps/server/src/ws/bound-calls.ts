import type { Encoder } from '@trpc/server/adapters/ws'
import { parseTRPCMessage, type TRPCResponseMessage } from '@trpc/server/rpc'
import { appRouter } from '@sentinelmesh/api/server'

export interface BoundCallsOptions {
  /** The maximum number of calls in flight: received, with a reply that the peer has not read yet. */
  readonly allowed: number
  /** Resolves when the peer has read what was sent. */
  readonly taken: () => Promise<void>
  /** Called for each message that would exceed `allowed`. None of the message's calls runs. */
  readonly refuse: () => void
}

/**
 * The encoder of one WebSocket, which limits its calls in flight. tRPC starts every call as it arrives, including those
 * of a batch. A subscription counts until it has started.
 */
export function boundCalls(encoder: Encoder, { allowed, taken, refuse }: BoundCallsOptions): Encoder {
  const started = new Set<string | number>()
  let inFlight = 0

  const isReply = ({ id, ...reply }: TRPCResponseMessage): boolean => {
    // A message without an id does not belong to a counted call.
    if (id === null || id === undefined) return false
    if ('error' in reply) return !started.delete(id)
    switch (reply.result.type) {
      case 'started':
        started.add(id)
        return true
      case 'stopped':
        started.delete(id)
        return false
      default:
        return !started.has(id)
    }
  }

  return {
    decode(data) {
      const value = encoder.decode(data)
      const calls = callsIn(value)
      if (inFlight + calls > allowed) {
        refuse()
        return []
      }
      inFlight += calls
      return value
    },
    encode(message) {
      if (isResponse(message) && isReply(message)) {
        // The reply is sent in this turn of the event loop, after it is encoded.
        queueMicrotask(() => void taken().then(() => (inFlight -= 1)))
      }
      return encoder.encode(message)
    },
  }
}

const { transformer } = appRouter._def._config

/** Returns 0 for a message that tRPC refuses as a whole, and for connection parameters. */
function callsIn(value: unknown): number {
  try {
    const messages = [value].flat().map((message) => parseTRPCMessage(message, transformer))
    return messages.filter(({ id, method }) => id !== null && method !== 'subscription.stop').length
  } catch {
    return 0
  }
}

function isResponse(message: unknown): message is TRPCResponseMessage {
  return typeof message === 'object' && message !== null && ('result' in message || 'error' in message)
}
