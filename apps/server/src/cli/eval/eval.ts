import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import {
  compareEvaluations,
  createEvaluation,
  LabelError,
  parseLabeled,
  readSaved,
  readWrittenFrom,
  renderComparison,
  renderEvaluation,
  score,
  type Evaluation,
  type Score,
  type ScoreOptions,
  type WrittenFrom,
} from '@sentinelmesh/evaluation'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { compileRuleSet, parseRule, SECRET_INDEX } from '@sentinelmesh/rules'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'
import { parse } from 'yaml'
import { lineBatches, openInput } from '../input.ts'
import { createOutput } from '../output.ts'
import { progressBar } from '../progress.ts'
import { LIMITS } from '../rules/limits.ts'
import { hiddenRulesOf } from '../../rule-sets/org-rules.ts'
import { enforcedByDefault } from '../../services/verdicts/enforced.ts'
import { loadRules } from '../rules/load-rules.ts'
import { counted } from '../rules/print-problem.ts'
import { labeledFiles } from './labeled-files.ts'

interface Options {
  readonly rules?: readonly string[]
  readonly threshold: number
  readonly writtenFrom?: string
  readonly save?: string
  readonly compare?: string
  readonly items?: string
  readonly json?: boolean
}

/**
 * Scores labeled NDJSON with rules, without a server. Memory stays bounded for any input. The exit code is 1 if lines
 * could not be used.
 */
export async function evaluate(paths: readonly string[], options: Options): Promise<void> {
  const files = labeledFiles(paths)
  const before = options.compare === undefined ? null : savedAt(options.compare)
  const scoring: ScoreOptions = {
    ...measuredRules(options.rules),
    threshold: options.threshold,
    writtenFrom: options.writtenFrom === undefined ? new Map() : writtenFromAt(options.writtenFrom),
  }
  const evaluation = createEvaluation(options.threshold)
  await using items = options.items === undefined ? null : await createOutput(options.items)
  const faults = await scoreFiles(files, scoring, async (score) => {
    evaluation.add(score)
    if (items !== null && !items.stream.write(`${itemLine(score)}\n`)) await once(items.stream, 'drain')
  })
  if (items !== null) {
    items.stream.end()
    await items.complete()
  }
  const result = evaluation.result()
  if (result.items === 0) throw new CommandFailed('None of the lines is a labeled entry.')
  if (options.save !== undefined) await save(options.save, result)
  if (options.json === true) printJson(result)
  else print(result, before, scoring.writtenFrom)
  if (faults > 0) process.exitCode = 1
}

/** The rules, and what the default policy does with what they find. */
function measuredRules(paths: readonly string[] | undefined): Pick<ScoreOptions, 'ruleSet' | 'decide'> {
  const rules =
    paths === undefined ? BUILTIN_RULES.map(({ text }) => parseRule(text)) : loadRules(paths, {}).library.rules
  return {
    ruleSet: compileRuleSet(rules, { secrets: SECRET_INDEX }),
    decide: enforcedByDefault(hiddenRulesOf({ rules })),
  }
}

/** Returns the number of lines that could not be used. */
async function scoreFiles(
  files: readonly string[],
  options: ScoreOptions,
  add: (score: Score) => Promise<void>,
): Promise<number> {
  const sizes = files.map((file) => (file === '-' ? 0 : statSync(file).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  let read = 0
  let items = 0
  let faults = 0
  const progress = progressBar(() => (total === 0 ? null : Math.min(1, read / total)))
  const fault = (file: string, line: number, message: string) => {
    faults += 1
    if (faults > LIMITS.listedFaults) return
    progress.end()
    process.stderr.write(`${visible(file)}:${line} ${visible(message)}\n`)
  }
  for (const [index, file] of files.entries()) {
    const input = openInput(file)
    const before = read
    const family = familyOf(file)
    for await (const lines of lineBatches(input.bytes, LIMITS.eventChars)) {
      for (const { number, text } of lines) {
        if (text === null) fault(file, number, `A line has at most ${LIMITS.eventChars} characters (eventChars).`)
        else if (text.trim() !== '')
          try {
            await add(score(parseLabeled(text, family), options))
            items += 1
          } catch (error) {
            if (!(error instanceof LabelError)) throw error
            fault(file, number, error.message)
          }
      }
      read = before + input.read()
      progress.show(counted(items, 'entry', 'entries'))
    }
    read = before + (sizes[index] ?? 0)
  }
  progress.end()
  if (faults > LIMITS.listedFaults)
    process.stderr.write(`and ${counted(faults - LIMITS.listedFaults, 'more line')} that could not be used\n`)
  return faults
}

const familyOf = (file: string) =>
  file === '-' ? 'standard input' : file.replace(/^.*[\\/]/, '').replace(/(?:\.(?:jsonl|ndjson|json))?(?:\.gz)?$/, '')

function itemLine({ item, risk, leftOutRisk, rules, decisive, decided }: Score): string {
  const { id, category, family, isMalicious } = item
  const label = isMalicious ? 'malicious' : 'benign'
  const verdict = decided?.verdict ?? null
  return JSON.stringify({
    id,
    label,
    category,
    source: family,
    risk,
    left_out_risk: leftOutRisk,
    verdict,
    rules,
    decisive,
  })
}

function print(result: Evaluation, before: Evaluation | null, writtenFrom: WrittenFrom): void {
  process.stdout.write(`${renderEvaluation(result, { isLeftOut: writtenFrom.size > 0 })}\n`)
  if (before !== null) process.stdout.write(`\n${renderComparison(compareEvaluations(before, result))}\n`)
}

async function save(file: string, result: Evaluation): Promise<void> {
  await using output = await createOutput(file)
  output.stream.end(`${JSON.stringify(result, null, 2)}\n`)
  await output.complete()
}

function savedAt(file: string): Evaluation {
  return readAs(file, readSaved, 'is not an evaluation. Save one with --save.')
}

function writtenFromAt(file: string): WrittenFrom {
  return readAs(
    file,
    (text) => readWrittenFrom(parse(text)),
    'has to map rule ids to lists of sources, such as "sm-inj-001: [mail]".',
  )
}

function readAs<Result>(file: string, read: (text: string) => Result, wrong: string): Result {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`${file} cannot be read. Is the name right, and may you read it?`, 2)
  }
  try {
    return read(text)
  } catch {
    throw new CommandFailed(`${file} ${wrong}`, 2)
  }
}
