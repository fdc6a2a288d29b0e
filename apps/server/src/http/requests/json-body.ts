import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Principal } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { toIssues } from '@sentinelmesh/api/server'
import { NotJson } from '@sentinelmesh/text/not-json'
import { decodeUtf8, inflateBody } from '../../ingest/read-body.ts'
import type { EntrySource } from '../../ingest/parse-entry.ts'
import { notJson, readJsonInSteps } from '../../ingest/read-json.ts'
import type { Lane } from '../../judging/entry-yield.ts'
import type { RequestContext } from './request-context.ts'

/** Requires a credential. Anonymous callers have access to the log only. */
export function known({ principal }: RequestContext): Principal {
  if (principal === null || principal.type === 'anonymous') throw new DomainError('unauthenticated')
  return principal
}

/** A JSON body as text. Throws `unsupported_media_type`, `too_large`, `invalid_input`. */
export async function text(request: FastifyRequest, { holdBody }: RequestContext): Promise<string> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (type !== 'application/json')
    throw new DomainError('unsupported_media_type', { say: 'Send JSON with content-type application/json.' })
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  return decodeUtf8(await inflateBody(raw, request.headers['content-encoding'], holdBody))
}

/** Reads one JSON text and parses it. Throws as `text` does. */
export async function source(
  request: FastifyRequest,
  context: RequestContext,
  lane: Lane = 'bulk',
): Promise<EntrySource> {
  const read = await readJsonInSteps(await text(request, context), () => context.turn(lane))
  if (read.value instanceof NotJson) throw notJson(read.value.reason)
  return read
}

/** Inflated bytes count like received ones. The path's id overrides one in the body. */
export async function body<Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
  context: RequestContext,
  path: object = {},
): Promise<z.output<Schema>> {
  const { value } = await source(request, context)
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  return parsed(schema, isMap ? { ...value, ...path } : value, [])
}

export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  before: readonly string[],
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new DomainError('invalid_input', { issues: toIssues(result.error, before) })
}
