import type { Tool } from '../tool.ts'
import { backtestRule } from './backtest-rule.ts'
import { explainRisk } from './explain-risk.ts'
import { getEntry } from './get-entry.ts'
import { getSession } from './get-session.ts'
import { getStats } from './get-stats.ts'
import { listAgents } from './list-agents.ts'
import { listFields } from './list-fields.ts'
import { listRiskyActions } from './list-risky-actions.ts'
import { searchLogs } from './search-logs.ts'
import { validateRule } from './validate-rule.ts'

/** All tools. All of them are read-only. */
export const TOOLS: readonly Tool[] = [
  listFields,
  searchLogs,
  getEntry,
  getSession,
  explainRisk,
  listAgents,
  listRiskyActions,
  getStats,
  validateRule,
  backtestRule,
]
