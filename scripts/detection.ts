import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BUILTIN_RULES } from '../packages/rules/src/builtin/index.ts'
import {
  compileRuleSet,
  DEFAULT_REDACTION,
  judge,
  parseRule,
  SECRET_INDEX,
  type Entry,
  type Kind,
} from '../packages/rules/src/index.ts'
import { viewsOf } from '../packages/rules/src/views/index.ts'

/**
 * Measures the built-in rules on labeled traffic: `node --import tsx scripts/detection.ts [DIR] [--write]`. Each file
 * of DIR is a category, and each entry is judged on its own. `--write` updates the tables in docs/detection.md.
 */
const args = process.argv.slice(2)
const root = resolve(import.meta.dirname, '..')
const dir = resolve(args.find((arg) => !arg.startsWith('--')) ?? join(root, '../shared/data/dev'))

const KIND_OF_CONTEXT: Readonly<Partial<Record<string, Kind>>> = {
  user_message: 'prompt',
  assistant_message: 'completion',
  tool_call: 'tool_call',
  shell_command: 'tool_call',
  tool_result: 'tool_result',
  email: 'tool_result',
  web_page: 'tool_result',
  tool_description: 'tool_definition',
  system_prompt: 'system',
}

interface Line {
  readonly label: 'malicious' | 'benign'
  readonly entry: {
    readonly sender: string
    readonly receiver?: string
    readonly context?: string
    readonly payload: string
  }
}

interface Category {
  readonly name: string
  readonly benign: boolean
  readonly entries: number
  readonly atThreshold: Readonly<Record<number, number>>
  readonly byRule: ReadonlyMap<string, number>
}

const THRESHOLDS = [60, 30] as const
const rules = BUILTIN_RULES.map(({ text }) => parseRule(text))
const ruleSet = compileRuleSet(rules, { secrets: SECRET_INDEX })

const categories = readdirSync(dir)
  .filter((name) => name.endsWith('.jsonl') && !name.startsWith('sessions'))
  .sort()
  .map((name) => measure(name.slice(0, -'.jsonl'.length), readLines(join(dir, name))))
const report = render(categories)
console.log(report)
if (args.includes('--write')) writeReport(report)

function readLines(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

function toEntry({ entry }: Line): Entry {
  return {
    sender: entry.sender,
    receiver: entry.receiver ?? null,
    kind: KIND_OF_CONTEXT[entry.context ?? ''] ?? 'message',
    session: null,
    context: entry.context ?? null,
    payload: { type: 'text', text: entry.payload },
    attributes: null,
    logsource: {},
    reportedRisk: null,
    system: null,
  }
}

function measure(name: string, lines: readonly Line[]): Category {
  const byRule = new Map<string, number>()
  const atThreshold: Record<number, number> = {}
  for (const line of lines) {
    const { matches, risk } = judge(toEntry(line), ruleSet, DEFAULT_REDACTION, { views: viewsOf })
    for (const { ruleId } of matches) byRule.set(ruleId, (byRule.get(ruleId) ?? 0) + 1)
    for (const threshold of THRESHOLDS)
      if (risk >= threshold) atThreshold[threshold] = (atThreshold[threshold] ?? 0) + 1
  }
  return { name, benign: lines[0]?.label === 'benign', entries: lines.length, atThreshold, byRule }
}

/** The 95 % Wilson interval, in percent. Unlike the normal approximation, it is accurate for shares near 0. */
function interval(hits: number, of: number): [number, number] {
  const z = 1.96
  const share = hits / of
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of)
  return [100 * Math.max(0, middle - half), 100 * Math.min(1, middle + half)]
}

function render(all: readonly Category[]): string {
  const malicious = all.filter(({ benign }) => !benign)
  const benign = all.filter((category) => category.benign)
  const benignEntries = benign.reduce((sum, { entries }) => sum + entries, 0)
  const percent = (hits: number, of: number) => ((100 * hits) / of).toFixed(1)
  const mean = (some: readonly Category[], threshold: number) =>
    some.reduce((sum, { atThreshold, entries }) => sum + (100 * (atThreshold[threshold] ?? 0)) / entries, 0) /
    Math.max(1, some.length)

  const lines = [
    '### Totals',
    '',
    `| category | entries | ${THRESHOLDS.map((t) => `risk ≥ ${t}: % (95 % interval)`).join(' | ')} |`,
  ]
  lines.push(`| --- | ---: | ${THRESHOLDS.map(() => '---:').join(' | ')} |`)
  for (const { name, entries, atThreshold } of [...malicious, ...benign]) {
    const cells = THRESHOLDS.map((threshold) => {
      const hits = atThreshold[threshold] ?? 0
      const [low, high] = interval(hits, entries)
      return `${percent(hits, entries)} (${low.toFixed(1)}–${high.toFixed(1)})`
    })
    lines.push(`| ${name} | ${entries} | ${cells.join(' | ')} |`)
  }
  for (const [label, some] of [
    ['**macro recall**', malicious],
    ['**macro false-positive rate**', benign],
  ] as const)
    lines.push(
      `| ${label} | | ${THRESHOLDS.map((threshold) => `**${mean(some, threshold).toFixed(2)}**`).join(' | ')} |`,
    )
  const per1000 = THRESHOLDS.map((threshold) => {
    const hits = benign.reduce((sum, { atThreshold }) => sum + (atThreshold[threshold] ?? 0), 0)
    const [low, high] = interval(hits, benignEntries)
    return `${((1000 * hits) / benignEntries).toFixed(2)} (${(10 * low).toFixed(1)}–${(10 * high).toFixed(1)})`
  })
  lines.push(`| false positives per 1,000 benign entries | ${benignEntries} | ${per1000.join(' | ')} |`)

  lines.push(
    '',
    '### By rule',
    '',
    'Recall of each category in percent. The last column is the number of matches per 1,000 benign entries.',
    '',
  )
  const recalls = malicious.map(({ name }) => name.replaceAll('_', ' '))
  lines.push(`| rule | level | ${recalls.join(' | ')} | matches per 1,000 benign |`)
  lines.push(`| --- | --- | ${malicious.map(() => '---:').join(' | ')} | ---: |`)
  for (const { id, title, level } of rules) {
    const cells = malicious.map(({ byRule, entries }) => {
      const hits = byRule.get(id) ?? 0
      return hits === 0 ? '' : percent(hits, entries)
    })
    const alarms = benign.reduce((sum, { byRule }) => sum + (byRule.get(id) ?? 0), 0)
    lines.push(
      `| \`${id}\` ${title} | ${level} | ${cells.join(' | ')} | ${((1000 * alarms) / benignEntries).toFixed(2)} |`,
    )
  }
  return lines.join('\n')
}

function writeReport(text: string): void {
  const path = join(root, 'docs/detection.md')
  const [head = '', rest = ''] = readFileSync(path, 'utf8').split('<!-- table -->\n')
  const tail = rest.slice(rest.indexOf('<!-- end of table -->'))
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(path, `${head}<!-- table -->\nMeasured on ${date}.\n\n${text}\n${tail}`)
}
