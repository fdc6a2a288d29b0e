/**
 * Runs one part of a rules benchmark in a separate process. The argument is a file that contains the work as JSON.
 */
import { readFileSync } from 'node:fs'
import { correlateEntries, type CorrelateWork } from './rules/correlate-entries.ts'
import { judgeStages, type StagesWork } from './rules/judge-stages.ts'
import { judgeTraffic, type JudgeWork } from './rules/judge-traffic.ts'
import { judgeVerdicts, type VerdictsWork } from './rules/judge-verdicts.ts'
import { judgeViews, type ViewsWork } from './rules/judge-views.ts'
import { load, type LoadWork } from './rules/load.ts'
import { match, type MatchWork } from './rules/match.ts'
import { regexTimes, type RegexWork } from './rules/regex-times.ts'

export type RulesWork =
  | LoadWork
  | MatchWork
  | JudgeWork
  | StagesWork
  | ViewsWork
  | VerdictsWork
  | CorrelateWork
  | RegexWork

async function runWork(work: RulesWork): Promise<unknown> {
  switch (work.type) {
    case 'load':
      return load(work)
    case 'match':
      return await match(work)
    case 'judge':
      return judgeTraffic(work)
    case 'stages':
      return judgeStages(work)
    case 'views':
      return judgeViews(work)
    case 'verdicts':
      return judgeVerdicts(work)
    case 'correlate':
      return correlateEntries(work)
    case 'regex':
      return await regexTimes(work)
  }
}

const [file = ''] = process.argv.slice(2)
process.send?.(await runWork(JSON.parse(readFileSync(file, 'utf8')) as RulesWork))
process.disconnect?.()
