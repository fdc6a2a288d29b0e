import type { z } from 'zod'
import type { Action } from '../../access.ts'

/**
 * One thing that the product does. Everything else about it is derived from this record: its tRPC procedure, who may call
 * it, the type of the function in `services/` that does it, its route under `/api/v1`, its entry in the OpenAPI document,
 * its row in `docs/api-operations.md`, and its row in the access test.
 */
export interface Operation {
  /** A subscription yields many outputs. A mutation may only read: a query's input travels in the URL. */
  readonly kind: 'query' | 'mutation' | 'subscription'
  /** The row of `ACCESS` that says who may call it. `open`: everyone, signed in or not. */
  readonly action: Action | 'open'
  /** One line, without a full stop. */
  readonly summary: string
  readonly description?: string
  /** Absent: it takes none. */
  readonly input?: z.ZodType
  /** Of a subscription: one item. */
  readonly output: z.ZodType
  /** Of a subscription that a client can resume: the position after this item. */
  readonly positionOf?: (item: never) => string
  readonly rest?: RestRoute
}

/** Where and how an operation is reached over REST. */
export interface RestRoute {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** A name in braces is a field of the input. */
  readonly path: `/api/v1/${string}`
  /** Of the fields in the path, where one of them is no text. */
  readonly params?: z.ZodObject
  /** Of the query string, where GET and DELETE have their input. */
  readonly query?: z.ZodObject
  /** The body by media type, where it is not the JSON of the input. Null: there is none. */
  readonly body?: Readonly<Record<string, z.ZodType>> | null
  /** The reply, where it is not the output. */
  readonly reply?: Reply
  /** It counts towards the rate of the key and the quota of the organization. */
  readonly isThrottled?: true
  /** The server has a route of its own for it. */
  readonly isOwnRoute?: true
}

export interface Reply {
  readonly schema?: z.ZodType
  /** `application/json` unless said. */
  readonly type?: string
  readonly from?: (output: never) => unknown
}

/** Operations by noun and verb; a noun may have parts. */
export interface Operations {
  readonly [name: string]: Operation | Operations
}

export type InputOf<Op> = Op extends { readonly input: infer Input extends z.ZodType } ? z.output<Input> : undefined
type SentInput<Op> = Op extends { readonly input: infer Input extends z.ZodType } ? z.input<Input> : void
export type OutputOf<Op> = Op extends { readonly output: infer Output extends z.ZodType } ? z.output<Output> : never
/** What the function behind an operation returns. */
export type ResultOf<Op extends Operation> = Op['kind'] extends 'subscription'
  ? AsyncIterable<OutputOf<Op>>
  : Promise<OutputOf<Op>>
export type { SentInput }

export function isOperation(one: Operation | Operations): one is Operation {
  return typeof one['kind'] === 'string'
}

/** Every operation of a tree under its full name, such as `settings.retention.get`. */
export function listOperations(tree: Operations, before = ''): [name: string, operation: Operation][] {
  return Object.entries(tree).flatMap(([name, one]) =>
    isOperation(one) ? [[`${before}${name}`, one] as [string, Operation]] : listOperations(one, `${before}${name}.`),
  )
}
