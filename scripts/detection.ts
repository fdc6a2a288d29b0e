import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { hiddenRulesOf } from '../apps/server/src/rule-sets/org-rules.ts'
import { enforcedByDefault } from '../apps/server/src/services/verdicts/enforced.ts'
import {
  createEvaluation,
  parseLabeled,
  readWrittenFrom,
  renderEnforced,
  renderEvaluation,
  score,
  type Evaluation,
  type WrittenFrom,
} from '../packages/evaluation/src/index.ts'
import { BUILTIN_RULES } from '../packages/rules/src/builtin/index.ts'
import { compileRuleSet, parseRule, SECRET_INDEX } from '../packages/rules/src/index.ts'

/**
 * Measures the built-in rules: `pnpm detection [--data DIR] [--benign DIR] [--write]`. DIR of `--data` has the halves
 * `dev` and `dev2` of the labeled entries. Without `--benign`, the benign entries are built by scripts/benign.ts, which
 * takes a minute. `--write` updates the tables in docs/detection.md.
 */
const THRESHOLD = 60
const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: { data: { type: 'string' }, benign: { type: 'string' }, write: { type: 'boolean', default: false } },
})
const data = resolve(values.data ?? join(root, '../shared/data'))
const rules = BUILTIN_RULES.map(({ text }) => parseRule(text))
const ruleSet = compileRuleSet(rules, { secrets: SECRET_INDEX })
const decide = enforcedByDefault(hiddenRulesOf({ rules }))
const writtenFrom = readWrittenFrom(parse(readFileSync(join(root, 'scripts/detection/written-from.yml'), 'utf8')))

const halves = ['dev', 'dev2'].map((half) => join(data, half)).filter((folder) => existsSync(folder))
const benign = values.benign === undefined ? buildBenign() : { folder: resolve(values.benign), remove: () => {} }
const labeled = evaluate(halves, writtenFrom)
const ordinary = evaluate([benign.folder], new Map())
const report = [
  '## Enforced by default',
  '',
  'What the default policy would do if it were enforced, with all rules.',
  '',
  '### Verdicts on ordinary work',
  '',
  renderEnforced(ordinary),
  '',
  '### Verdicts on labeled attacks and hard benign entries',
  '',
  renderEnforced(labeled),
  '',
  '## Labeled attacks and hard benign entries',
  '',
  renderEvaluation(labeled, { isLeftOut: true, hasEnforced: false }),
  '',
  '## Other families of the same sources',
  '',
  'The half `dev2`, which has the sources of `dev`, but other families: other templates, techniques, and tools. Rules',
  'from before 2026-12-03 were tuned on `dev` only.',
  '',
  renderEvaluation(evaluate(halves.slice(1), new Map()), { isLeftOut: false }),
  '',
  '## Ordinary work',
  '',
  renderEvaluation(ordinary, { isLeftOut: false, hasEnforced: false }),
].join('\n')
benign.remove()
console.log(report)
if (values.write) writeReport(report)

function buildBenign(): { readonly folder: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'sentinelmesh-benign-'))
  const folder = join(parent, 'benign')
  const script = join(root, 'scripts/benign.ts')
  execFileSync(process.execPath, ['--import', 'tsx', script, folder], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) }
}

function evaluate(folders: readonly string[], list: WrittenFrom): Evaluation {
  const evaluation = createEvaluation(THRESHOLD)
  for (const folder of folders)
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.jsonl')) continue
      for (const line of readFileSync(join(folder, name), 'utf8').split('\n'))
        if (line !== '')
          evaluation.add(score(parseLabeled(line, name), { ruleSet, threshold: THRESHOLD, writtenFrom: list, decide }))
    }
  return evaluation.result()
}

function writeReport(text: string): void {
  const path = join(root, 'docs/detection.md')
  const [head = '', rest = ''] = readFileSync(path, 'utf8').split('<!-- tables -->\n')
  const tail = rest.slice(rest.indexOf('<!-- end of tables -->'))
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(path, `${head}<!-- tables -->\nMeasured on ${date}.\n\n${text}\n${tail}`)
}
