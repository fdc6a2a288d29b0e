import { backtestPage, backtestResult, openBacktest, readBacktest } from './backtest.ts'
import { check } from './check.ts'
import { nextImported, readImport } from './import.ts'
import { lintText } from './lint-text.ts'
import { loadCorrelations, loadDocuments } from './load.ts'
import { openPreview, previewPage } from './preview-filter.ts'
import { readForSaving } from './save.ts'
import { readTried, tryRules } from './try.ts'

/** The jobs that read rule texts or run custom rules. They run in worker threads, never on the event loop. */
export const ruleJobs = {
  check,
  lintText,
  readForSaving,
  readTried,
  tryRules,
  readImport,
  nextImported,
  readBacktest,
  openBacktest,
  backtestPage,
  backtestResult,
  openPreview,
  previewPage,
  loadDocuments,
  loadCorrelations,
}

export type RuleJobs = typeof ruleJobs
