/**
 * `pnpm test:mutation [AREA…] [--only TEXT] [--list] [--write]`: puts one fault at a time into critical code and runs
 * the tests that should notice it. `--only` selects faults whose description contains TEXT. `--write` updates the
 * score in docs/mutation-tests.md. The script edits files in this checkout and restores each one, so it does not
 * start if one of them has uncommitted changes. It takes about half an hour on two cores and does not run in CI.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Mutant } from './mutation/mutant.ts'
import { MUTANTS } from './mutation/mutants.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGE = `${ROOT}docs/mutation-tests.md`
const MARKERS = { begin: '<!-- mutation:begin -->', end: '<!-- mutation:end -->' }
/** A fault that makes a test wait forever counts as noticed. */
const MOST_MS = 10 * 60_000

interface Result {
  readonly mutant: Mutant
  /** The test that failed first; null if all of them passed. */
  readonly noticedBy: string | null
}

/** The parts of Vitest's JSON report that this script uses. */
interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const { only, list, write } = values
const areas = [...new Set(MUTANTS.map(({ area }) => area))]
const unknown = positionals.filter((area) => !areas.some((known) => known === area))
if (unknown.length > 0) fail(`Unknown area: ${unknown.join(', ')}. Choose from ${areas.join(', ')}.`)
const chosen = MUTANTS.filter(
  ({ area, fault }) => (positionals.length === 0 || positionals.includes(area)) && fault.includes(only),
)
for (const mutant of chosen) checkOnce(mutant)

if (list) for (const { area, file, fault } of chosen) process.stdout.write(`${area}: ${fault} (${file})\n`)
else run()

function run(): void {
  // Ctrl+C ends the tests, and this process restores the changed file before it exits.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
  const files = [...new Set(chosen.map(({ file }) => file))]
  const changed = git(['status', '--porcelain', '--', ...files])
  if (changed !== '') fail(`Commit or revert the changes to these files first:\n${changed}`)
  const results = chosen.map((mutant): Result => {
    const noticedBy = noticed(mutant)
    process.stdout.write(`${noticedBy === null ? 'UNNOTICED' : 'noticed  '} ${mutant.area}: ${mutant.fault}\n`)
    if (noticedBy !== null) process.stdout.write(`          by: ${noticedBy}\n`)
    return { mutant, noticedBy }
  })
  const table = tableOf(results)
  process.stdout.write(`\n${table}\n`)
  if (write) writePage(table)
  if (results.some(({ noticedBy }) => noticedBy === null)) process.exitCode = 1
}

function noticed({ file, find, replace, tests }: Mutant): string | null {
  const path = `${ROOT}${file}`
  const before = readFileSync(path, 'utf8')
  const restore = () => writeFileSync(path, before)
  process.once('exit', restore)
  try {
    writeFileSync(
      path,
      before.replace(find, () => replace),
    )
    return firstFailure(tests)
  } finally {
    restore()
    process.off('exit', restore)
  }
}

function firstFailure(tests: readonly string[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-mutation-'))
  const reportFile = join(folder, 'report.json')
  try {
    const { signal } = spawnSync(
      process.execPath,
      [
        `${ROOT}node_modules/vitest/vitest.mjs`,
        'run',
        '--bail=1',
        '--reporter=json',
        `--outputFile=${reportFile}`,
        ...tests,
      ],
      { cwd: ROOT, stdio: 'ignore', timeout: MOST_MS },
    )
    if (signal === 'SIGINT') fail('Interrupted.')
    if (signal !== null) return `the tests did not finish within ${MOST_MS / 60_000} minutes`
    const { testResults } = JSON.parse(readFileSync(reportFile, 'utf8')) as Report
    const all = testResults.flatMap(({ assertionResults }) => assertionResults)
    const failed = all.find(({ status }) => status === 'failed')
    if (failed !== undefined) return failed.fullName
    const brokenFile = testResults.find(({ status }) => status === 'failed')
    if (brokenFile !== undefined) return brokenFile.message.split('\n')[0] ?? 'a test file'
    // A filter that matches no test would make every fault look unnoticed.
    if (!all.some(({ status }) => status === 'passed')) fail(`No test runs with ${tests.join(' ')}.`)
    return null
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Otherwise, a fault whose code has changed would not be applied, and every test would pass. */
function checkOnce({ file, find, fault }: Mutant): void {
  const count = readFileSync(`${ROOT}${file}`, 'utf8').split(find).length - 1
  if (count !== 1)
    fail(`${file} contains the text to replace for "${fault}" ${count} times. Update \`find\` so that it occurs once.`)
}

function tableOf(results: readonly Result[]): string {
  const row = (name: string, of: readonly Result[]) => {
    const count = of.filter(({ noticedBy }) => noticedBy !== null).length
    return `| ${name} | ${of.length} | ${count} | ${Math.round((100 * count) / of.length)} % |`
  }
  const present = areas.filter((area) => results.some(({ mutant }) => mutant.area === area))
  return [
    '| area | faults | noticed | share |',
    '| --- | ---: | ---: | ---: |',
    ...present.map((area) =>
      row(
        area,
        results.filter(({ mutant }) => mutant.area === area),
      ),
    ),
    row('all', results),
  ].join('\n')
}

function writePage(table: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const begin = page.indexOf(MARKERS.begin)
  const end = page.indexOf(MARKERS.end)
  if (begin < 0 || end < begin)
    fail(`docs/mutation-tests.md has no ${MARKERS.begin} and ${MARKERS.end} for the table. Add them.`)
  const today = new Date().toISOString().slice(0, 10)
  const measured = `Measured on ${today} at ${git(['rev-parse', '--short', 'HEAD']).trim()}.`
  writeFileSync(PAGE, `${page.slice(0, begin + MARKERS.begin.length)}\n\n${measured}\n\n${table}\n\n${page.slice(end)}`)
}

function git(args: readonly string[]): string {
  return spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(2)
}
