import { sumOfLeftOut } from '@sentinelmesh/api/constants'
import { dirname, relative, resolve } from 'node:path'
import type { RulesImportOut } from '@sentinelmesh/api'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { withApi } from '../connect.ts'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { progressBar } from '../progress.ts'
import { unreadableProblem } from './lint.ts'
import { LIMITS } from './limits.ts'
import type { OrgFlags } from './manage.ts'
import { counted, printProblem } from './print-problem.ts'
import { ruleFilesAt, type RuleFile, type RuleFiles, type Unreadable } from './rule-files.ts'

interface ImportFlags extends OrgFlags {
  readonly dryRun?: boolean
  readonly replace?: boolean
}

type Summary = { -readonly [Key in keyof RulesImportOut]: RulesImportOut[Key] }

/**
 * Imports a folder of Sigma rules, or the seed's `rules.yaml`, into an org. The exit code is 1 if anything was refused.
 */
export async function importRules(path: string, { org, json, dryRun, replace }: ImportFlags): Promise<void> {
  const { sources, unreadable } = sourcesOf(ruleFilesAt([path]), path)
  const summary: Summary = {
    import_id: '',
    dry_run: dryRun === true,
    loaded: [],
    refused: [],
    unchanged: 0,
    changed: [],
    awaiting: [],
  }
  let sent = 0
  const progress = progressBar(() => sent / sources.length)
  await withApi(org, async (trpc) => {
    for (const batch of batches(sources)) {
      progress.show(`${sent} of ${counted(sources.length, 'file')}`)
      const took = await trpc.rules.import.mutate({
        ...(summary.import_id === '' ? {} : { import_id: summary.import_id }),
        sources: batch,
        dry_run: dryRun === true,
        replace: replace === true,
      })
      summary.import_id = took.import_id
      summary.loaded.push(...took.loaded)
      summary.refused.push(...took.refused)
      summary.unchanged += took.unchanged
      summary.changed.push(...took.changed)
      summary.awaiting.push(...took.awaiting)
      summary.left_out = sumOfLeftOut(summary.left_out, took.left_out)
      sent += batch.length
    }
  }).finally(() => progress.end())
  if (json) printJson({ ...summary, unreadable })
  else print(summary, unreadable)
  if (summary.refused.length + unreadable.length > 0) process.exitCode = 1
}

/** Names files relative to the given folder, because the path above it is private to this machine. */
function sourcesOf(
  { rules, unreadable }: RuleFiles,
  path: string,
): { readonly sources: readonly RuleFile[]; readonly unreadable: readonly Unreadable[] } {
  const root = dirname(resolve(path))
  const tooLong = rules.filter(({ text }) => text.length > API_LIMITS.ruleFileChars)
  return {
    sources: rules
      .filter(({ text }) => text.length <= API_LIMITS.ruleFileChars)
      .map(({ file, text }) => ({ file: relative(root, resolve(file)).slice(-API_LIMITS.fileNameChars), text }))
      // Documents that refer to rules come after them, since they may be in different requests.
      .toSorted((a, b) => Number(refersToRules(a)) - Number(refersToRules(b))),
    unreadable: [
      ...unreadable,
      ...tooLong.map(({ file, text }) => ({
        file,
        message: `An imported file has at most ${API_LIMITS.ruleFileChars} characters (ruleFileChars); this one has ${text.length}.`,
      })),
    ],
  }
}

const refersToRules = ({ text }: RuleFile) => /^(?:correlation|filter):/m.test(text)

/** Splits the files into requests by the size of their JSON. */
function* batches(sources: readonly RuleFile[]): Generator<RuleFile[]> {
  let batch: RuleFile[] = []
  let bytes = 0
  for (const source of sources) {
    const size = Buffer.byteLength(JSON.stringify(source)) + 1
    if (batch.length >= API_LIMITS.importSources || (batch.length > 0 && bytes + size > LIMITS.importBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(source)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

function print(
  { loaded, refused, unchanged, changed, awaiting, dry_run, left_out: left }: Summary,
  unreadable: readonly Unreadable[],
) {
  const write = (line: string) => process.stdout.write(`${line}\n`)
  const replaced = loaded.filter(({ outcome }) => outcome === 'replaced').length
  const warnings = loaded.reduce((sum, one) => sum + one.warnings, 0)
  write(
    `${dry_run ? 'Would load' : 'Loaded'} ${counted(loaded.length + (left?.loaded ?? 0), 'document')} (${replaced} replaced), ` +
      `${unchanged} unchanged, ${refused.length + (left?.refused ?? 0) + unreadable.length} refused, ${counted(warnings, 'warning')}`,
  )
  if (refused.length + unreadable.length > 0) write('\nRefused')
  for (const one of unreadable) printProblem(unreadableProblem(one), null)
  for (const { problems } of refused)
    for (const problem of problems) if (problem.severity === 'error') printProblem(problem, null)
  if (changed.length > 0) write('\nChanged')
  for (const { file, id, message } of changed)
    write(`  ${visible([file, id].filter((one) => one !== null).join(' '))}: ${visible(message)}`)
  if (awaiting.length > 0) write('\nFilters that name rules of others: an owner confirms them on the Rules page')
  for (const { id, title, rules } of awaiting)
    write(`  ${visible(id)} ${visible(title)}, for ${visible(rules.join(', '))}`)
}
