export type { Database, DatabaseHealth, ReadFigures, Reads, Transaction } from './database.ts'
export type { EraseOptions, LogRemoval } from './log-removal.ts'
export type { BandCounts, Extent, Filter, LogSearch, Order, Page, PageOptions, Position, Total } from './log-search.ts'
export type {
  Appended,
  Gap,
  JudgedEntry,
  LogItem,
  LogSlice,
  LogQuery,
  LogStore,
  MatchSummary,
  SeqRange,
  StoredEntry,
  StoredRange,
  StoredRow,
} from './log-store.ts'
export { DIMENSIONS, type Dimension, type RollupRow, type Rollups, type RollupStep } from './rollups.ts'
export type { AuditInspection, ChainHead, Finding, FindingType, Inspection, OrgInspection } from './integrity.ts'
export type { Schema } from './schema.ts'
export { backUpSqlite } from './dialect/sqlite/backup/backup.ts'
export type { TextIndex } from './text-index.ts'
export {
  isUniqueViolation,
  StatementError,
  StoreFileError,
  type StoreFileReason,
} from './dialect/sqlite/connection/errors.ts'
export { type ErasureList, erasureList, type ListedErasure } from './erasure-list.ts'
export { type Compacted, compactSqlite } from './dialect/sqlite/backup/compact.ts'
export { inspectSqlite, readChainHeads } from './dialect/sqlite/integrity/inspect.ts'
export { openSqlite, type SqliteOptions } from './dialect/sqlite/open-sqlite.ts'
export { BackupRefused, type Restored, restoreSqlite } from './dialect/sqlite/backup/restore.ts'
export { type ApiKeyRow, apiKeyStore } from './stores/api-key-store.ts'
export { type AuditRecord, auditStore } from './stores/audit-store.ts'
export { chainStore } from './stores/chain-store.ts'
export { cursorStore } from './stores/cursor-store.ts'
export { type SetAside, setAsideStore } from './stores/set-aside-store.ts'
export { type Erasure, erasureStore } from './stores/erasure-store.ts'
export { type HeldCall, heldCallStore } from './stores/held-call-store.ts'
export { identityStore } from './stores/identity-store.ts'
export { type ListedMcpPin, type McpPin, mcpPinStore } from './stores/mcp-pin-store.ts'
export { membershipStore } from './stores/membership-store.ts'
export { oneTimeTokenStore } from './stores/one-time-token-store.ts'
export { type OrgRow, orgStore } from './stores/org-store.ts'
export { refreshTokenStore } from './stores/refresh-token-store.ts'
export {
  type Quarantine,
  type RuleSettings,
  ruleSettingsStore,
  type SettingsChange,
} from './stores/rule-settings-store.ts'
export { ingestQuotaStore } from './stores/ingest-quota-store.ts'
export { type RetentionClockState, retentionClockStore } from './stores/retention-clock-store.ts'
export { type Retention, retentionStore, type Standing } from './stores/retention-store.ts'
export { type By, type NewRule, type RuleRecord, ruleStore } from './stores/rule-store.ts'
export { ruleVersionStore, type RuleVersion } from './stores/rule-version-store.ts'
export { signInStore } from './stores/sign-in-store.ts'
export { OTHER_SCOPES, type SourceSeen, sourcesSeenStore, sumOfSeen } from './stores/sources-seen-store.ts'
export { unaskedSessions } from './stores/unasked-sessions.ts'
export { type UserRow, userStore } from './stores/user-store.ts'
export { type VerdictPause, verdictPauseStore } from './stores/verdict-pause-store.ts'
export { type StoredVerdictPolicy, verdictPolicyStore } from './stores/verdict-policy-store.ts'
