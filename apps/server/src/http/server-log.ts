import type { FastifyRequest } from 'fastify'
import { pino, type Logger } from 'pino'
import { pathOf } from './requests/callers.ts'

export interface LogOptions {
  readonly level: string
  /** Standard output if absent. */
  readonly stream?: NodeJS.WritableStream | undefined
}

/** The server's log: one JSON object per line. A URL may hold a token or a search, so only its path is logged. */
export function serverLog({ level, stream }: LogOptions): Logger {
  const serializers = {
    req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request.url) }),
    err: (error: Error) => ({ type: error.name, message: error.message, stack: error.stack ?? '' }),
  }
  return stream === undefined ? pino({ level, serializers }) : pino({ level, serializers }, stream)
}
