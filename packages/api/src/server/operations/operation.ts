import type { z } from 'zod'
import type { Action } from '../../access.ts'

/**
 * One operation of the product. Everything else about it is derived from this record: its tRPC procedure, its
 * permission, the type of its function in `services/`, its route under `/api/v1`, its entry in the OpenAPI document,
 * its row in `docs/api-operations.md`, and its row in the access test.
 */
export interface Operation {
  /** A subscription yields many outputs. A mutation may only read: a query's input travels in the URL. */
  readonly kind: 'query' | 'mutation' | 'subscription'
  /** The row of `ACCESS` that guards it. `open`: everyone, signed in or not. */
  readonly action: Action | 'open'
  /** One line, without a full stop. */
  readonly summary: string
  readonly description?: string
  /** Absent if it takes no input. */
  readonly input?: z.ZodType
  /** For a subscription, one item. */
  readonly output: z.ZodType
  /** For a subscription that a client can resume: the position after this item. */
  readonly positionOf?: (item: never) => string
  readonly rest?: RestRoute
}

/** An operation's REST endpoint. */
export interface RestRoute {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** A name in braces is a field of the input. */
  readonly path: `/api/v1/${string}`
  /** The fields in the path, if one of them is not a text. */
  readonly params?: z.ZodObject
  /** The query string, which has the input of GET and DELETE. */
  readonly query?: z.ZodObject
  /** The body by media type, if it is not the JSON of the input. Null for no body. */
  readonly body?: Readonly<Record<string, z.ZodType>> | null
  /** The reply, if it is not the output. */
  readonly reply?: Reply
  /** Counts toward the rate of the key and the quota of the organization. */
  readonly isThrottled?: true
  /** The server has a hand-written route for it. */
  readonly isOwnRoute?: true
}

export interface Reply {
  readonly schema?: z.ZodType
  /** Default: `application/json`. */
  readonly type?: string
  readonly from?: (output: never) => unknown
}

/** Operations by noun and verb; nouns can nest. */
export interface Operations {
  readonly [name: string]: Operation | Operations
}

export type InputOf<Op> = Op extends { readonly input: infer Input extends z.ZodType } ? z.output<Input> : undefined
type SentInput<Op> = Op extends { readonly input: infer Input extends z.ZodType } ? z.input<Input> : void
export type OutputOf<Op> = Op extends { readonly output: infer Output extends z.ZodType } ? z.output<Output> : never
/** The return type of the service function of an operation. */
export type ResultOf<Op extends Operation> = Op['kind'] extends 'subscription'
  ? AsyncIterable<OutputOf<Op>>
  : Promise<OutputOf<Op>>
export type { SentInput }

export function isOperation(one: Operation | Operations): one is Operation {
  return typeof one['kind'] === 'string'
}

/** Lists every operation of a tree under its full name, such as `settings.retention.get`. */
export function listOperations(tree: Operations, before = ''): [name: string, operation: Operation][] {
  return Object.entries(tree).flatMap(([name, one]) =>
    isOperation(one) ? [[`${before}${name}`, one] as [string, Operation]] : listOperations(one, `${before}${name}.`),
  )
}
