/** Schemas and router as values, for the server only. `web` and `sdk` import types from the package's root. */
export * as schemas from './schemas.ts'
export { appRouter, type AppRouter } from './root.ts'
export { toIssues } from './issues.ts'
export { errorShape, toDomainError, type Context } from './trpc.ts'
export { OPERATIONS } from './operations/index.ts'
export {
  isOperation,
  listOperations,
  type InputOf,
  type Operation,
  type Operations,
  type OutputOf,
  type Reply,
  type ResultOf,
  type RestRoute,
} from './operations/operation.ts'
