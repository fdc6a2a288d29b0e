import { apiKeys } from './api-keys.ts'
import { auth } from './auth.ts'
import { erasures } from './erasures.ts'
import { logFiles, logs } from './logs.ts'
import { mcp, mcpProxy, mcpServer } from './mcp.ts'
import type { Operation } from './operation.ts'
import { org } from './org.ts'
import { rules, ruleSettings } from './rules.ts'
import { settings } from './settings.ts'
import { sources } from './sources.ts'
import { stats } from './stats.ts'
import { users } from './users.ts'
import { verdicts } from './verdicts.ts'

/** The operations that tRPC exposes. */
export const PROCEDURES = {
  auth,
  org,
  users,
  apiKeys,
  logs,
  rules,
  settings,
  erasures,
  mcp,
  sources,
  stats,
  verdicts,
} as const

/** All operations, by noun and verb. */
export const OPERATIONS = { ...PROCEDURES, logFiles, ruleSettings, mcpProxy, mcpServer } as const

type At<Tree, Name extends string> = Name extends `${infer First}.${infer Rest}`
  ? First extends keyof Tree
    ? At<Tree[First], Rest>
    : never
  : Name extends keyof Tree
    ? Tree[Name]
    : never
type NamesIn<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends Operation ? Name : `${Name}.${NamesIn<Tree[Name]>}`
}[keyof Tree & string]

/** `apiKeys.create`, `settings.retention.get`. */
export type OperationName = NamesIn<typeof OPERATIONS>
export type OperationAt<Name extends OperationName> = Extract<At<typeof OPERATIONS, Name>, Operation>
