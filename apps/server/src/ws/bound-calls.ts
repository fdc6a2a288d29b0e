import type { Encoder } from '@trpc/server/adapters/ws'
import { parseTRPCMessage, type TRPCResponseMessage } from '@trpc/server/rpc'
import { appRouter } from '@sentinelmesh/api/server'

export interface BoundCallsOptions {
  /** Calls that were received, and whose reply the peer has not taken yet. */
  readonly allowed: number
  /** Resolves when the peer has taken what was sent to it. */
  readonly taken: () => Promise<void>
  /** Called for each message that would exceed `allowed`. None of its calls is made. */
  readonly refuse: () => void
}

/**
 * The encoder of one WebSocket, which bounds the calls that are in flight on it. tRPC makes every call as it arrives, also
 * those of a batch. A subscription counts until it has started.
 */
export function boundCalls(encoder: Encoder, { allowed, taken, refuse }: BoundCallsOptions): Encoder {
  const started = new Set<string | number>()
  let inFlight = 0

  const isReply = ({ id, ...reply }: TRPCResponseMessage): boolean => {
    // No call was counted that has no id.
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
        // It is sent in this turn, after it is encoded.
        queueMicrotask(() => void taken().then(() => (inFlight -= 1)))
      }
      return encoder.encode(message)
    },
  }
}

const { transformer } = appRouter._def._config

/** Zero for what tRPC refuses as a whole, and for the message with which a connection introduces itself. */
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
