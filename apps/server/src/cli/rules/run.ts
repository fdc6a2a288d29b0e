import {
  compileRuleSet,
  createEvaluator,
  createExplainer,
  type Explainer,
  type LogSource,
  type RuleLibrary,
} from '@sentinelmesh/rules'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { openInput } from '../input.ts'
import { visible } from '@sentinelmesh/command-line/print'
import { progressBar, shareOf, type Progress } from '../progress.ts'
import { eventBatches, type InputEvent } from './event-batches.ts'
import { eventFields } from './event-fields.ts'
import { eventLogSource, type EventLogSource } from './event-log-source.ts'
import { eventClock, type EventClock } from './event-time.ts'
import { fieldHint } from './field-hint.ts'
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
  readonly text?: boolean
  readonly time?: string
  readonly logsource?: string
  readonly logsourceField?: string
}

/** Interval between progress updates. */
const SHOWN_EVERY_MS = 200

/**
 * Tests rules on NDJSON or JSON arrays without a server. Memory stays bounded for any input: it holds one batch of
 * events, the buffered results, and the correlations' bounded state. The exit code is 1 if events or rules could not be
 * used.
 */
export async function run(paths: readonly string[], options: Options): Promise<void> {
  if (options.events === '-' && process.stdin.isTTY === true)
    throw new CommandFailed('Give the events with --events FILE, or on standard input.', 2)
  if (options.json === true && options.text === true)
    throw new CommandFailed('--json and --text exclude each other. Give one of them.', 2)
  const logsource = options.logsource === undefined ? null : parseLogSource(options.logsource)
  const sourceField = options.logsourceField === undefined ? null : eventLogSource(options.logsourceField)
  const clock = eventClock(options.time)
  const input = openInput(options.events)
  const { library, refused } = loadRules(paths, options)
  const out = output()
  const readable = options.text === true || (options.json !== true && isTerminal())
  const report = readable ? readableReport(out) : jsonReport(out)
  const faults = faultList()
  const hint = fieldHint(library)
  const source = resultSource(library, { ...options, report, logsource, sourceField, clock, faults })
  const progress = steadyProgress(progressBar(shareOf(input)))
  let index = 0
  let results = 0
  const resultsOf = (event: InputEvent, at: number) => {
    if ('fault' in event) throw new EventRefused(event.fault)
    const found = source.of(event.text, { index: at, line: event.line })
    hint.see(event.text)
    return found
  }
  try {
    for await (const events of eventBatches(input.bytes, LIMITS.eventChars)) {
      for (const event of events) {
        for (const result of attempt(() => resultsOf(event, index), event.line, faults)) {
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
  if (sourceField !== null && source.routed() === 0 && index > 0)
    process.stderr.write(
      `No event has the log source in ${sourceField.fields.join(', ')} (--logsource-field), so no rule was left out for it.\n`,
    )
  const hinted = hint.text()
  if (hinted !== null) process.stderr.write(`${hinted}\n`)
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
  readonly sourceField: EventLogSource | null
  readonly clock: EventClock
  readonly faults: FaultList
  readonly explain?: boolean
  readonly misses?: boolean
}

interface ResultSource {
  /** Yields functions that write the next event's results, one each. Throws `JsonTextError` and `EventRefused`. */
  of(text: string, at: { readonly index: number; readonly line: number }): Iterable<Result>
  /** The number of correlation groups that were evicted early. */
  dropped(): number
  /** The number of events that had a log source in a field. */
  routed(): number
}

function resultSource(library: RuleLibrary, evaluating: Evaluating): ResultSource {
  const { report, logsource, sourceField, clock, faults, explain = false, misses = false } = evaluating
  const { rules, correlations, filters } = library
  let timeless = ''
  let routed = 0
  const evaluator = createEvaluator(compileRuleSet(rules, { filters, correlations }), {
    timeOf(read) {
      const time = clock(read)
      if (typeof time === 'number') return time
      timeless = time
      return null
    },
  })
  const explainerOf = explainers(library)
  const ownSource = (text: string) => {
    const own = sourceField?.of(text) ?? null
    if (own !== null) routed += 1
    return own ?? logsource
  }
  return {
    routed: () => routed,
    dropped: () => evaluator.stats().dropped,
    of(text, at) {
      if (!text.startsWith('{'))
        throw new EventRefused('An event is a JSON object: one a line, or the elements of an array.')
      const own = ownSource(text)
      const evaluated = evaluator.feed(text, at.index, own)
      const why = (id: string) => explainerOf(id)(text, own)
      if (evaluated.untimed) faults.add(at.line, timeless)
      if (evaluated.matches.length === 0 && !misses) return NO_RESULTS
      const event = { ...at, fields: eventFields(text) }
      const counting = evaluated.matches.filter(({ filteredBy }) => filteredBy === null)
      const held = new Set(counting.map(({ ruleId }) => ruleId))
      return [
        ...counting
          .filter(({ contributes }) => contributes)
          .map((match) => () => report.match(event, match, explain ? why(match.ruleId) : null)),
        ...(misses ? rules : [])
          .filter(({ id }) => !held.has(id))
          .map(
            ({ id }) =>
              () =>
                report.miss(event, why(id)),
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
function explainers({ rules, filters }: RuleLibrary): (id: string) => Explainer {
  const made = new Map<string, Explainer>()
  const make = (id: string) => {
    const rule = rules.find((one) => one.id === id)
    if (rule === undefined) throw new Error(`There is no rule ${id}`)
    return createExplainer(rule, { filters })
  }
  return (id) => {
    const explainer = made.get(id) ?? make(id)
    made.set(id, explainer)
    return explainer
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
