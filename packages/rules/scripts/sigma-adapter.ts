// Lets a runner of Sigma cases that lie beside the repository ask this engine:
//   SIGMA_ADAPTER=packages/rules/scripts/sigma-adapter.ts node --import tsx ../shared/sigma/run_cases.mjs --strict FILE…
// A document's faults of metadata refuse it here, as they do when rules are checked; when rules run they only warn.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  compileRules,
  createEvaluator,
  lintRules,
  matchJson,
  type EvaluatorOptions,
  type ReadOptions,
  type RuleSet,
} from '../src/index.ts'

interface CaseOptions {
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}

interface Loaded {
  readonly ok: boolean
  readonly category?: string
  readonly path?: string
}

interface Fired {
  readonly rule: string
  readonly at_event_index: number
  readonly group: Readonly<Record<string, string>>
}

const readOptions = ({ placeholders }: CaseOptions): ReadOptions =>
  placeholders === undefined ? {} : { placeholders: new Map(Object.entries(placeholders)) }

/** Returns whether the text is sound; where not, what is first wrong with it. */
export function loads(yaml: string, options: CaseOptions = {}): Loaded {
  const wrong = lintRules([{ file: null, text: yaml }], readOptions(options)).find(
    ({ severity }) => severity === 'error',
  )
  return wrong === undefined ? { ok: true } : { ok: false, category: wrong.code.replaceAll('_', '-'), path: wrong.path }
}

/** The titles of the rules and correlations that hold for the event alone and are not held back by a filter. */
export function alerts(yaml: string, event: unknown, options: CaseOptions = {}): readonly string[] {
  const { ruleSet } = compileRules(yaml, readOptions(options))
  return visibleOf(ruleSet, [event], () => 0).map(({ title }) => title)
}

/** What becomes visible, rules and correlations alike, by name or title. `t` of an event is epoch milliseconds. */
export function correlate(yaml: string, events: readonly unknown[]): readonly Fired[] {
  const { ruleSet } = compileRules(yaml)
  const names = new Map(
    [...ruleSet.rules, ...ruleSet.correlations].map(({ id, name, title }) => [id, name ?? title] as const),
  )
  return visibleOf(ruleSet, events, (read) => Number(read('t')[0])).map(({ id, at, group }) => ({
    rule: names.get(id) ?? id,
    at_event_index: at,
    group: Object.fromEntries(group),
  }))
}

interface Visible {
  readonly id: string
  readonly title: string
  readonly at: number
  readonly group: ReadonlyMap<string, string>
}

function visibleOf(ruleSet: RuleSet, events: readonly unknown[], timeOf: EvaluatorOptions['timeOf']): Visible[] {
  const { feed } = createEvaluator(ruleSet, { timeOf })
  return events.flatMap((event, at) => {
    const { matches, correlations } = feed(JSON.stringify(event), at)
    return [
      ...matches.map(({ ruleId: id, title, contributes }) => ({ id, title, contributes, group: NO_GROUP, at })),
      ...correlations.map(({ correlationId: id, title, contributes, group }) => ({
        id,
        title,
        contributes,
        group,
        at,
      })),
    ].filter(({ contributes }) => contributes)
  })
}

const NO_GROUP: ReadonlyMap<string, string> = new Map()

/** The ids of the rules of a folder that match each event, without log sources. */
export function corpus(folder: string, events: readonly unknown[]): readonly (readonly string[])[] {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yml'))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
  const { ruleSet } = compileRules(sources)
  return events.map((event) => matchJson(JSON.stringify(event), ruleSet).map(({ ruleId }) => ruleId))
}
