import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { NESTED, WAYS, type Way } from './disguise/ways.ts'
import { parseLabeled, score, type Labeled } from '../packages/evaluation/src/index.ts'
import { BUILTIN_RULES } from '../packages/rules/src/builtin/index.ts'
import { compileRuleSet, parseRule, SECRET_INDEX } from '../packages/rules/src/index.ts'

/**
 * Measures how many attacks are still detected when their text is rewritten: `pnpm disguise [FOLDER] [--write]`. FOLDER
 * has labeled entries; the default is the half `dev`. `--write` updates the table in docs/detection.md.
 */
const THRESHOLD = 60
const root = resolve(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const folder = resolve(positionals[0] ?? join(root, '../shared/data/dev'))
const ruleSet = compileRuleSet(
  BUILTIN_RULES.map(({ text }) => parseRule(text)),
  { secrets: SECRET_INDEX },
)

const caught = textsOfAttacks().filter(isCaught)
const byKind = groupedByKind(caught)
const kinds = [...byKind.keys()].sort()
const report = [
  `| rewritten as | how | still detected % | ${kinds.join(' | ')} |`,
  `| --- | --- | ---: |${kinds.map(() => ' ---: |').join('')}`,
  `| the entries | | ${caught.length} | ${kinds.map((kind) => byKind.get(kind)?.length ?? 0).join(' | ')} |`,
  ...WAYS.map(row),
  averageRow(),
  ...NESTED.map(row),
].join('\n')
console.log(report)
if (values.write) writeReport(report)

/** Attacks that are a text. A call is executed, so an encoded command there is no command. A secret has no wording. */
function textsOfAttacks(): readonly Labeled[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n')
      return lines.filter((line) => line !== '').map((line) => parseLabeled(line, name))
    })
    .filter(({ isMalicious, isSession, category, entries: [entry] }) => {
      return isMalicious && !isSession && category !== 'secret_leak' && entry?.kind !== 'tool_call'
    })
}

function groupedByKind(items: readonly Labeled[]): ReadonlyMap<string, readonly Labeled[]> {
  const groups = new Map<string, Labeled[]>()
  for (const item of items) groups.set(item.category, [...(groups.get(item.category) ?? []), item])
  return groups
}

function isCaught(item: Labeled): boolean {
  return score(item, { ruleSet, threshold: THRESHOLD, writtenFrom: new Map() }).risk >= THRESHOLD
}

function shareCaught(items: readonly Labeled[], { rewrite }: Way): number {
  const found = items.filter((item, number) => {
    const entries = item.entries.map((entry) => {
      return { ...entry, payload: { ...entry.payload, text: rewrite(entry.payload.text, number) } }
    })
    return isCaught({ ...item, entries })
  })
  return (100 * found.length) / items.length
}

function row(way: Way): string {
  const shares = kinds.map((kind) => shareCaught(byKind.get(kind) ?? [], way).toFixed(0))
  return `| ${way.name} | ${way.how} | ${shareCaught(caught, way).toFixed(1)} | ${shares.join(' | ')} |`
}

function averageRow(): string {
  const average = WAYS.reduce((sum, way) => sum + shareCaught(caught, way), 0) / WAYS.length
  return `| average of these | | ${average.toFixed(1)} |${kinds.map(() => ' |').join('')}`
}

function writeReport(text: string): void {
  const path = join(root, 'docs/detection.md')
  const [head = '', rest = ''] = readFileSync(path, 'utf8').split('<!-- disguises -->\n')
  const tail = rest.slice(rest.indexOf('<!-- end of disguises -->'))
  writeFileSync(path, `${head}<!-- disguises -->\n${text}\n${tail}`)
}
