import type { BacktestItem } from '@sentinelmesh/api'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { readRules } from '@sentinelmesh/rules'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { withApi } from '../connect.ts'
import { lineBatches } from '../input.ts'
import { printJson, printTable, visible } from '@sentinelmesh/command-line/print'
import { progressBar } from '../progress.ts'
import { parseTimestamp } from '@sentinelmesh/telemetry/timestamp'
import { LIMITS } from './limits.ts'
import { loadRules } from './load-rules.ts'
import type { OrgFlags } from './manage.ts'
import { counted, printProblem } from './print-problem.ts'
import { ruleFilesAt } from './rule-files.ts'

interface BacktestFlags extends OrgFlags {
  readonly rule?: string
  readonly from: string
  readonly to: string
}

type Result = Extract<BacktestItem, { type: 'result' }>

/** Lists the stored entries that the rules would have matched, with the rest of the org's current rule set. */
export async function backtest(paths: readonly string[], { rule, from, to, org, json }: BacktestFlags): Promise<void> {
  if ((paths.length === 0) === (rule === undefined))
    throw new CommandFailed('Name rule files, or with --rule a rule of the organization; not both.', 2)
  const now = Date.now()
  const range = { from: instantOf('--from', from, now), to: instantOf('--to', to, now) }
  if (range.from >= range.to) throw new CommandFailed('--from has to lie before --to.', 2)
  const tried = rule === undefined ? textOf(paths) : { body: { id: rule }, refused: 0 }
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal)
  const result = await ask(org, { ...tried.body, ...range }, stop.signal)
    .catch((error: unknown) => {
      if (stop.signal.aborted) return null
      throw error
    })
    .finally(() => process.off('SIGINT', onSignal))
  if (result === null) {
    process.stderr.write('Cancelled.\n')
    process.exitCode = 130
    return
  }
  if (json) printJson(result)
  else print(result)
  if (result.problems.some(({ severity }) => severity === 'error') || tried.refused > 0) process.exitCode = 1
}

/** Files are parsed here first, so that errors refer to their own lines. Only valid rules are sent. */
function textOf(paths: readonly string[]): { readonly body: { readonly text: string }; readonly refused: number } {
  const { texts, refused } = textsOf(paths)
  const text = texts.join('\n---\n')
  if (text.length > API_LIMITS.ruleFileChars)
    throw new CommandFailed(
      `The rules of a backtest have at most ${API_LIMITS.ruleFileChars} characters (ruleFileChars); these have ${text.length}. Name fewer files.`,
    )
  return { body: { text }, refused }
}

/** References that the files do not resolve may be rules of the organization, so the server checks them. */
function textsOf(paths: readonly string[]): { readonly texts: readonly string[]; readonly refused: number } {
  const { rules: files, unreadable } = ruleFilesAt(paths)
  const errors = readRules(files).problems.filter(({ severity }) => severity === 'error')
  if (files.length > 0 && unreadable.length === 0 && errors.every(({ code }) => code === 'unknown_rule'))
    return { texts: files.map(({ text }) => text), refused: 0 }
  const { library, refused } = loadRules(paths, {})
  return { texts: [...library.rules, ...library.correlations, ...library.filters].map(({ text }) => text), refused }
}

const SPAN_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Parses a relative time such as `7d`, `now`, or a timestamp in the format of entries. */
function instantOf(flag: string, text: string, now: number): string {
  if (text === 'now') return new Date(now).toISOString()
  const [, digits, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (digits !== undefined) return new Date(now - Number(digits) * SPAN_MS[unit as keyof typeof SPAN_MS]).toISOString()
  const read = parseTimestamp(text, now)
  if (typeof read === 'string')
    throw new CommandFailed(
      `${flag} is an instant such as 2026-04-14T14:22:16Z, or how long ago: 30m, 12h, 7d, now.`,
      2,
    )
  return new Date(read.at / 1_000).toISOString()
}

async function ask(org: string | undefined, body: object, signal: AbortSignal): Promise<Result> {
  let fraction = 0
  const progress = progressBar(() => fraction)
  return withApi(org, async (_, { post }) => {
    const reply = await post('/api/v1/rules/backtest', body, signal)
    if (reply.body === null) throw new CommandFailed('The server sent nothing.')
    for await (const lines of lineBatches(receivedBytes(reply.body), LIMITS.eventChars)) {
      for (const { text } of lines) {
        if (text === null || text === '') continue
        const item = JSON.parse(text) as BacktestItem
        if (item.type === 'result') return item
        fraction = item.fraction
        progress.show(`${counted(item.scanned, 'entry', 'entries')}, ${counted(item.matches, 'match', 'matches')}`)
      }
    }
    throw new CommandFailed('The server ended before it had a result.')
  }).finally(() => progress.end())
}

/** Ends when the connection ends, even with an error. */
async function* receivedBytes(body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield Buffer.from(chunk)
  } catch {
    // The reader notices that the result is missing, and reports it.
  }
}

function print(result: Result): void {
  const { from, to, scanned, matches, alerts_per_day: alerts, series, rules, problems, incomplete } = result
  const write = (line: string) => process.stdout.write(`${line}\n`)
  for (const problem of problems) printProblem(problem, null)
  write(
    `${counted(matches, 'match', 'matches')} in ${counted(scanned, 'entry', 'entries')} from ${from} to ${to}; about ${rounded(alerts)} alerts a day`,
  )
  if (incomplete) write(`A limit ended it at ${to}: choose a shorter time.`)
  if (matches > 0) write(`\n${sparkline(series.map((one) => one.matches))}\n`)
  printTable(
    ['RULE', 'LEVEL', 'MATCHES', 'FILTERED', 'NEW', 'GONE', 'SAME', 'ALERTS/DAY', 'TITLE'],
    rules.map((rule) => [
      visible(rule.rule_id),
      rule.level,
      String(rule.matches),
      String(rule.filtered),
      ...(rule.changed === null
        ? ['-', '-', '-']
        : [String(rule.changed.new), String(rule.changed.gone), String(rule.changed.same)]),
      rounded(rule.alerts_per_day),
      visible(rule.title),
    ]),
  )
  for (const { rule_id, top } of rules.filter((rule) => rule.matches > 0)) {
    write(`\n${visible(rule_id)}`)
    for (const [name, values] of Object.entries(top))
      if (values.length > 0)
        write(`  ${name}: ${values.map((one) => `${visible(one.value)} (${one.matches})`).join(', ')}`)
  }
}

const rounded = (number: number) => (number >= 10 ? number.toFixed(0) : number.toFixed(1))

const BARS = '▁▂▃▄▅▆▇█'
/** Fits on any terminal. */
const SPARKS = 72

/** Matches over time, oldest first. A step without matches is blank. */
export function sparkline(counts: readonly number[]): string {
  const width = Math.min(SPARKS, counts.length)
  const columns = Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * counts.length) / width)
    const to = Math.floor(((column + 1) * counts.length) / width)
    return counts.slice(from, to).reduce((sum, count) => sum + count, 0)
  })
  const most = Math.max(1, ...columns)
  return columns
    .map((count) => (count === 0 ? ' ' : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? ' ')))
    .join('')
}
