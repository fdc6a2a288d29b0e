import {
  tracked,
  type TRPCMutationProcedure,
  type TRPCQueryProcedure,
  type TRPCSubscriptionProcedure,
} from '@trpc/server'
import type { Services } from '../services.ts'
import { PROCEDURES } from './operations/index.ts'
import { isOperation, type Operation, type Operations, type OutputOf, type SentInput } from './operations/operation.ts'
import { openProcedure, procedureFor, router, type Context } from './trpc.ts'

interface Definition<Op> {
  readonly input: SentInput<Op>
  readonly output: OutputOf<Op>
  readonly meta: unknown
}

interface SubscriptionDefinition<Op> {
  readonly input: SentInput<Op>
  readonly output: AsyncIterable<
    Op extends { readonly positionOf: unknown } ? { readonly id: string; readonly data: OutputOf<Op> } : OutputOf<Op>
  >
  readonly meta: unknown
}

type ProcedureOf<Op extends Operation> = Op['kind'] extends 'subscription'
  ? TRPCSubscriptionProcedure<SubscriptionDefinition<Op>>
  : Op['kind'] extends 'query'
    ? TRPCQueryProcedure<Definition<Op>>
    : TRPCMutationProcedure<Definition<Op>>

type ProceduresOf<Tree> = {
  [Name in keyof Tree]: Tree[Name] extends Operation ? ProcedureOf<Tree[Name]> : ProceduresOf<Tree[Name]>
}

type Service = (call: unknown, input: unknown) => unknown

/** Builds the procedures of a tree of operations. Each calls the service of the same name. */
function procedures(tree: Operations, servicesOf: (services: Services) => unknown): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(tree)) {
    const of = (services: Services) => (servicesOf(services) as Record<string, unknown>)[name]
    made[name] = isOperation(one) ? procedure(one, (services) => of(services) as Service) : procedures(one, of)
  }
  return made
}

function procedure(operation: Operation, serviceOf: (services: Services) => Service): unknown {
  const { kind, action, input, output, positionOf } = operation
  const base: typeof openProcedure = action === 'open' ? openProcedure : procedureFor(action)
  // Without a schema, tRPC ignores the caller's input.
  const taking = input === undefined ? base : (base.input(input) as unknown as typeof openProcedure)
  if (kind === 'subscription')
    // Items are not parsed, because one entry goes to hundreds of sockets. The tests' client parses each item instead.
    return taking.subscription(async function* ({ ctx, input: value, signal }) {
      const items = serviceOf(ctx.services)(callOf(ctx, signal), value) as AsyncIterable<never>
      if (positionOf === undefined) yield* items
      else for await (const item of items) yield tracked(positionOf(item), item)
    })
  const run = ({ ctx, input: value }: { ctx: Context; input: unknown }) => serviceOf(ctx.services)(callOf(ctx), value)
  const shaped = taking.output(output)
  return kind === 'query' ? shaped.query(run) : shaped.mutation(run)
}

/** tRPC's signal ends a subscription. For any other call over a socket it never aborts, so `gone` is used. */
function callOf({ gone, ...context }: Context, signal: AbortSignal | undefined = gone) {
  return { ...context, signal }
}

/** The cast is sound because each procedure is built from its operation, but the compiler cannot follow the loop. */
export const appRouter = router(procedures(PROCEDURES, (services) => services) as ProceduresOf<typeof PROCEDURES>)
export type AppRouter = typeof appRouter
