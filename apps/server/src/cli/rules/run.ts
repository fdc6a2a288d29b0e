import {
  compileRuleSet,
  createEvaluator,
  createExplainer,
  type Explanation,
  type LogSource,
  type RuleLibrary,
} from '@sentinelmesh/rules'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { lineBatches, openInput } from '../input.ts'
import { visible } from '@sentinelmesh/command-line/print'
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

/** Interval between progress updates. */
const SHOWN_EVERY_MS = 200

/**
 * Tests rules on NDJSON without a server. Memory stays bounded for any input: it holds one batch of lines, the buffered
 * results, and the correlations' bounded state. The exit code is 1 if lines or rules could not be used.
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
  const faults = faultList()
  const source = resultSource(library, { ...options, report, logsource, clock, faults })
  const progress = steadyProgress(progressBar(shareOf(input)))
  let index = 0
  let results = 0
  try {
    for await (const lines of lineBatches(input.bytes, LIMITS.eventChars)) {
      for (const { number, text } of lines) {
        if (text !== null && text.trim() === '') continue
        for (const result of attempt(() => source.of(text, { index, line: number }), number, faults)) {
          results += 1
          result()
          await out.room()
        }
        index += 1
      }
      if (out.waits()) progress(null)
      await out.flush()
      progress(() => `${counted(index, 'event')}, ${counted(results, 'match', 'matches')}`)
    }
  } finally {
    progress(null)
    await out.flush()
    faults.print()
  }
  if (source.dropped() > 0)
    process.stderr.write(
      `${counted(source.dropped(), 'group')} of correlations had to be forgotten early (correlationGroups, correlationEvents, correlationBytes).\n`,
    )
  if (isTerminal()) process.stderr.write(`${counted(index, 'event')}, ${counted(results, 'match', 'matches')}\n`)
  if (faults.count() > 0 || refused > 0) process.exitCode = 1
}

/** The message says why an event could not be used. */
class EventRefused extends Error {}

/** Writes one result. */
type Result = () => void

interface Evaluating {
  readonly report: Report
  readonly logsource: LogSource | null
  readonly clock: EventClock
  readonly faults: FaultList
  readonly explain?: boolean
  readonly misses?: boolean
}

interface ResultSource {
  /** Yields functions that write the next event's results, one each. Throws `JsonTextError` and `EventRefused`. */
  of(text: string | null, at: { readonly index: number; readonly line: number }): Iterable<Result>
  /** The number of correlation groups that were evicted early. */
  dropped(): number
}

function resultSource(library: RuleLibrary, evaluating: Evaluating): ResultSource {
  const { report, logsource, clock, faults, explain = false, misses = false } = evaluating
  const { rules, correlations, filters } = library
  let timeless = ''
  const evaluator = createEvaluator(compileRuleSet(rules, { filters, correlations }), {
    logsource,
    timeOf(read) {
      const time = clock(read)
      if (typeof time === 'number') return time
      timeless = time
      return null
    },
  })
  const why = explainers(library, logsource)
  return {
    dropped: () => evaluator.stats().dropped,
    of(text, at) {
      if (text === null) throw new EventRefused(`The line has more than ${LIMITS.eventChars} characters (eventChars).`)
      if (!text.trimStart().startsWith('{')) throw new EventRefused('An event is a JSON object, one a line.')
      const evaluated = evaluator.feed(text, at.index)
      if (evaluated.untimed) faults.add(at.line, timeless)
      if (evaluated.matches.length === 0 && !misses) return NO_RESULTS
      const event = { ...at, fields: eventFields(text) }
      const counting = evaluated.matches.filter(({ filteredBy }) => filteredBy === null)
      const held = new Set(counting.map(({ ruleId }) => ruleId))
      return [
        ...counting
          .filter(({ contributes }) => contributes)
          .map((match) => () => report.match(event, match, explain ? why(match.ruleId, text) : null)),
        ...(misses ? rules : [])
          .filter(({ id }) => !held.has(id))
          .map(
            ({ id }) =>
              () =>
                report.miss(event, why(id, text)),
          ),
        ...evaluated.correlations
          .filter(({ contributes }) => contributes)
          .map((match) => () => report.correlation(event, match)),
      ]
    },
  }
}

const NO_RESULTS: readonly Result[] = []

/** Prepares each rule's explanation once. */
function explainers(
  { rules, filters }: RuleLibrary,
  logsource: LogSource | null,
): (id: string, json: string) => Explanation {
  const made = new Map<string, (json: string) => Explanation>()
  const make = (id: string) => {
    const rule = rules.find((one) => one.id === id)
    if (rule === undefined) throw new Error(`There is no rule ${id}`)
    return createExplainer(rule, { logsource, filters })
  }
  return (id, json) => {
    const explainer = made.get(id) ?? make(id)
    made.set(id, explainer)
    return explainer(json)
  }
}

/** Returns the results of `work`. If it refuses the event, records the fault for the line and returns nothing. */
function attempt(work: () => Iterable<Result>, line: number, faults: FaultList): Iterable<Result> {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof EventRefused || error instanceof JsonTextError)) throw error
    faults.add(line, error.message)
    return NO_RESULTS
  }
}

interface FaultList {
  add(line: number, message: string): void
  count(): number
  print(): void
}

/** Lists the first faults and counts all of them. */
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

/** Limits progress updates to one per interval. Null ends the progress. */
function steadyProgress(progress: Progress): (text: (() => string) | null) => void {
  let shownAt = 0
  return (text) => {
    if (text === null) {
      shownAt = 0
      return progress.end()
    }
    if (Date.now() - shownAt < SHOWN_EVERY_MS) return
    shownAt = Date.now()
    progress.show(text())
  }
}
