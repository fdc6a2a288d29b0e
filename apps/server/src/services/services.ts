import type { Call, Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { isOperation, OPERATIONS, type Operation, type Operations } from '@sentinelmesh/api/server'
import * as apiKeys from './api-keys/index.ts'
import * as auth from './auth/index.ts'
import * as erasures from './erasures/index.ts'
import { exportEntries } from './logs/export.ts'
import * as logs from './logs/index.ts'
import * as mcp from './mcp-pins/index.ts'
import { servers } from './mcp-pins/servers.ts'
import * as org from './org/get.ts'
import * as quota from './quota/index.ts'
import * as retention from './retention/index.ts'
import * as rules from './rules/index.ts'
import { notices } from './settings/notices.ts'
import * as sources from './sources/index.ts'
import { agents } from './stats/agents.ts'
import * as stats from './stats/overview.ts'
import * as users from './users/create.ts'
import * as verdicts from './verdicts/index.ts'
import type { ServiceDeps, VerbsOf } from './verb.ts'

const settings = { notices, retention, quota }

/**
 * Maps every operation to its function. Other exports of these modules are not operations and are not called from here.
 */
const VERBS: VerbsOf<typeof OPERATIONS> = {
  auth,
  org,
  users,
  apiKeys,
  logs,
  logFiles: { export: exportEntries },
  rules,
  ruleSettings: { change: rules.changeSettings },
  settings,
  erasures,
  mcp,
  mcpProxy: mcp,
  mcpServer: { agents, servers, sampleBacktest: rules.sampleBacktest },
  sources,
  stats,
  verdicts,
}

/** All operations, bound to their dependencies. */
export function services(deps: ServiceDeps): Services {
  return bound(OPERATIONS, VERBS, deps) as unknown as Services
}

type AnyVerb = (deps: ServiceDeps, call: Call, input: unknown) => unknown

function bound(operations: Operations, verbs: object, deps: ServiceDeps): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(operations)) {
    const behind: unknown = (verbs as Record<string, unknown>)[name]
    made[name] = isOperation(one) ? checked(one, behind as AnyVerb, deps) : bound(one, behind as object, deps)
  }
  return made
}

/** Checks the caller's permission first, so that no verb needs to. */
function checked({ kind, action }: Operation, verb: AnyVerb, deps: ServiceDeps) {
  const run = (call: Call, input: unknown) =>
    verb(deps, action === 'open' ? call : ({ ...call, org: authorise(call.principal, action) } as Call), input)
  // Makes a synchronous error a rejection.
  return kind === 'subscription' ? run : async (call: Call, input: unknown) => run(call, input)
}
