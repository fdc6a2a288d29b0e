import { z } from 'zod'
import { listOperations, type Operation, type Operations, type RestRoute } from '@sentinelmesh/api/server'

/** A route in the OpenAPI document. */
export interface DocumentedRoute {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** `named` has the types of the path parameters. A parameter that is not in it is a string. */
  readonly path: string
  readonly named?: Readonly<Record<string, z.ZodType>>
  readonly summary: string
  readonly description?: string
  /** Counts towards the rate of the key and the quota of the organization. */
  readonly isThrottled?: boolean
  /** Needs no credential. */
  readonly open?: boolean
  /** The schema of the query string. */
  readonly parameters?: z.ZodObject
  /** The schemas of the body, by media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>
  readonly reply?: z.ZodType
  readonly replyType?: string
}

/** The routes of operations. */
export function routesOf(tree: Operations): DocumentedRoute[] {
  return listOperations(tree).flatMap(([, operation]) =>
    operation.rest === undefined ? [] : [routeOf(operation, operation.rest)],
  )
}

function routeOf(operation: Operation, rest: RestRoute): DocumentedRoute {
  const { summary, description, kind, output } = operation
  const { method, path, params, query, isThrottled, reply } = rest
  const body = bodyOf(operation, rest)
  const type = reply?.type ?? (kind === 'subscription' ? 'application/x-ndjson' : undefined)
  const schema = reply === undefined ? output : reply.schema
  return {
    method,
    path,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(params === undefined ? {} : { named: params.shape as Record<string, z.ZodType> }),
    ...(query === undefined ? {} : { parameters: query }),
    ...(body === undefined ? {} : { body }),
    ...(schema === undefined ? {} : { reply: schema }),
    ...(type === undefined ? {} : { replyType: type }),
    ...(isThrottled === undefined ? {} : { isThrottled }),
  }
}

/** Leaves out the fields of the input that are in the path. */
function bodyOf({ input }: Operation, { method, path, body }: RestRoute): DocumentedRoute['body'] {
  if (body !== undefined) return body ?? undefined
  if (input === undefined || method === 'get' || method === 'delete') return undefined
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, true as const])
  const rest =
    inPath.length > 0 && input instanceof z.ZodObject ? input.omit(Object.fromEntries(inPath) as never) : input
  return { 'application/json': rest }
}
