import {
  compileRuleSet,
  createCorrelator,
  evaluateJson,
  createExplainer,
  type Explanation,
  type LogSource,
  type Rule,
  type RuleLibrary,
} from '@sentinelmesh/rules'
import { JsonTextError } from '@sentinelmesh/rules/json-text'
import { CommandFailed } from '../command-failed.ts'
import { lineBatches, openInput } from '../input.ts'
import { visible } from '../print.ts'
import { progressBar, shareOf, type Progress } from '../progress.ts'
import { eventFields } from './event-fields.ts'
import { eventClock, type EventClock } from './event-time.ts'
import { LIMITS } from './limits.ts'
import { loadRules } from './load-rules.ts'
import { isTerminal } from './paint.ts'
import { counted } from './print-problem.ts'
import { parseLogSource, type ReadFlags } from './read-options.ts'
import { jsonReport, output, readableReport, type Report } from './report.ts'

interface Options extends ReadFlags {
  readonly events: string
  readonly explain?: boolean
  readonly misses?: boolean
  readonly json?: boolean
  readonly time?: string
  readonly logsource?: string
}

/** How often progress is shown. */
const SHOWN_EVERY_MS = 200

/**
 * Tries rules on NDJSON without a server. A batch of lines, the results that wait to be written and the correlations'
 * bounded state are all that is held, however long the input is. Exit 1 where lines or rules could not be used.
 */
export async function run(paths: readonly string[], options: Options): Promise<void> {
  if (options.events === '-' && process.stdin.isTTY === true)
    throw new CommandFailed('Give the events with --events FILE, or on standard input.', 2)
  const logsource = options.logsource === undefined ? null : parseLogSource(options.logsource)
  const clock = eventClock(options.time)
  const input = openInput(options.events)
  const { library, refused } = loadRules(paths, options)
  const out = output()
  const report = options.json === true || !isTerminal() ? jsonReport(out) : readableReport(out)
  const resultsOf = evaluator(library, { ...options, report, logsource, clock })
  const faults = faultList()
  const progress = steadyProgress(progressBar(shareOf(input)))
  let index = 0
  let results = 0
  try {
    for await (const lines of lineBatches(input.bytes, LIMITS.eventChars)) {
      for (const { number, text } of lines) {
        if (text !== null && text.trim() === '') continue
        for (const result of attempt(() => resultsOf(text, { index, line: number }), number, faults)) {
          results += 1
          result()
          await out.room()
        }
        index += 1
      }
      await out.flush()
      progress(() => `${counted(index, 'event')}, ${counted(results, 'result')}`)
    }
  } finally {
    await out.flush()
    progress(null)
    faults.print()
  }
  if (isTerminal()) process.stderr.write(`${counted(index, 'event')}, ${counted(results, 'result')}\n`)
  if (faults.count() > 0 || refused > 0) process.exitCode = 1
}

/** Why an event could not be used, wholly or by the correlations. */
class EventRefused extends Error {}

/** Writes one result. */
type Result = () => void

interface Evaluating {
  readonly report: Report
  readonly logsource: LogSource | null
  readonly clock: EventClock
  readonly explain?: boolean
  readonly misses?: boolean
}

/** Gives the results of each event, to be written one by one. Throws `JsonTextError` and `EventRefused`. */
function evaluator(
  library: RuleLibrary,
  { report, logsource, clock, explain: explained = false, misses = false }: Evaluating,
): (text: string | null, at: { readonly index: number; readonly line: number }) => Iterable<Result> {
  const { rules, correlations, filters } = library
  const ruleSet = compileRuleSet(rules, { filters, correlations })
  const correlator = createCorrelator({ rules, correlations })
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const explainers = new Map<Rule, (json: string) => Explanation>()
  const why = (rule: Rule, json: string) => {
    const explainer = explainers.get(rule) ?? createExplainer(rule, { logsource, filters })
    explainers.set(rule, explainer)
    return explainer(json)
  }
  return (text, at) => {
    if (text === null) throw new EventRefused(`The line has more than ${LIMITS.eventChars} characters (eventChars).`)
    if (!text.trimStart().startsWith('{')) throw new EventRefused('An event is a JSON object, one a line.')
    const { matches, values } = evaluateJson(text, ruleSet, logsource)
    if (matches.length === 0 && !misses) return NO_RESULTS
    const event = { ...at, fields: eventFields(text) }
    const results: Result[] = []
    const counting = matches.filter(({ filteredBy }) => filteredBy === null)
    for (const match of counting) {
      const rule = byId.get(match.ruleId)
      if (match.contributes)
        results.push(() => report.match(event, match, explained && rule !== undefined ? why(rule, text) : null))
    }
    if (misses) {
      const held = new Set(counting.map(({ ruleId }) => ruleId))
      for (const rule of rules) if (!held.has(rule.id)) results.push(() => report.miss(event, why(rule, text)))
    }
    const ruleIds = counting.map(({ ruleId }) => ruleId)
    if (!correlator.wants(ruleIds)) return results
    const time = clock.timeOf(text)
    if (typeof time === 'string') throw new EventRefused(time)
    for (const match of correlator.feed({ time, ruleIds, values, ref: at.index }))
      if (match.contributes) results.push(() => report.correlation(event, match))
    return results
  }
}

const NO_RESULTS: readonly Result[] = []

/** What `work` gives; nothing where it refuses, which is noted under the line. */
function attempt(work: () => Iterable<Result>, line: number, faults: FaultList): Iterable<Result> {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof EventRefused || error instanceof JsonTextError)) throw error
    faults.add(line, error instanceof EventRefused ? error.message : `This is not JSON: ${error.message}`)
    return NO_RESULTS
  }
}

interface FaultList {
  add(line: number, message: string): void
  count(): number
  print(): void
}

/** The first are listed, all are counted. */
function faultList(): FaultList {
  const listed: string[] = []
  let count = 0
  return {
    add(line, message) {
      count += 1
      if (listed.length < LIMITS.listedFaults) listed.push(`line ${line}: ${visible(message)}`)
    },
    count: () => count,
    print() {
      if (count === 0) return
      if (count > listed.length) listed.push(`and ${count - listed.length} more`)
      process.stderr.write(`${listed.join('\n')}\n${counted(count, 'line')} could not be used.\n`)
    },
  }
}

/** Shows progress now and then; null ends it. */
function steadyProgress(progress: Progress): (text: (() => string) | null) => void {
  let shownAt = 0
  return (text) => {
    if (text === null) return progress.end()
    if (Date.now() - shownAt < SHOWN_EVERY_MS) return
    shownAt = Date.now()
    progress.show(text())
  }
}
