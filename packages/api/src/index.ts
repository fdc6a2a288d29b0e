/** Types only; plain values are in `./constants`. */
export type { Action, Principal, PrincipalOrg, Role, Scope } from './access.ts'
export type { Surface, Verdict } from './entry.ts'
export type { ErrorCode, ErrorDetails, Issue, QueryProblem } from './errors.ts'
export type { LogId, OrgId, PageCursor, Seq, TailCursor } from './ids.ts'
export type { LimitName } from './limits.ts'
export type { Call, Services, SignInCookie } from './services.ts'
export type { OperationAt, OperationName } from './server/operations/index.ts'
export type { AppRouter } from './server/root.ts'
export type {
  ApiKey,
  BacktestItem,
  EntryDetail,
  EntryIn,
  Erasure,
  HeldCall,
  HeldSelection,
  LogsFilter,
  McpDefinitionsIn,
  McpDefinitionsOut,
  McpEntryIn,
  McpPin,
  McpVerdict,
  McpVerdictIn,
  McpVerdictOut,
  Me,
  Overview,
  Place,
  ReportOut,
  IngestQuota,
  Notice,
  Retention,
  Row,
  RuleDetail,
  RuleProblem,
  RuleRow,
  RulesImportOut,
  SourceRow,
  TailItem,
  VerdictOut,
  VerdictPause,
  VerdictPolicy,
  VerdictPolicyIn,
  VerdictThresholds,
  WhoAmI,
} from './server/schemas.ts'
