/**
 * `pnpm bench [NAME…] [--full] [--write] [--profile FOLDER]`: runs the benchmarks that are named, else all, and prints
 * one table. `--full` also runs sizes that take minutes, `--write` puts the table into docs/benchmarks.md, `--profile`
 * leaves CPU profiles of the servers in a folder. What misses its aim is said in the table and fails nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark, Row } from './benchmark.ts'
import { correlate } from './correlate.ts'
import { ingestBatch } from './ingest-batch.ts'
import { ingestSingle } from './ingest-single.ts'
import { regex } from './regex.ts'
import { rulesAgent } from './rules-agent.ts'
import { rules } from './rules.ts'
import { start } from './start.ts'

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'ingest-single': ingestSingle,
  'ingest-batch': ingestBatch,
  rules,
  'rules-agent': rulesAgent,
  correlate,
  regex,
  start,
}
const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const MARKERS = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' }
const COLUMNS = ['Benchmark', 'Work', 'Measured', 'Reference', 'Result', 'Aim', 'Holds']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
    corpus: { type: 'string' },
    events: { type: 'string' },
  },
})
const unknown = positionals.filter((name) => !(name in BENCHMARKS))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}.\n`,
  )
  process.exit(2)
}
const profileFolder = values.profile === undefined ? null : resolve(values.profile)
if (profileFolder !== null) mkdirSync(profileFolder, { recursive: true })

const corpus = values.corpus ?? process.env['SIGMA_CORPUS'] ?? null
const events = values.events ?? null

const rows: Row[] = []
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const say = (text: string) => void process.stderr.write(`${name}: ${text}\n`)
  try {
    rows.push(...(await run({ full: values.full, profileFolder, corpus, events, say })))
  } catch (error) {
    // The others are still worth their figures.
    say(`could not be run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
const table = toMarkdown(rows)
process.stdout.write(`${table}\n`)
if (values.write) writeTable(table)

function toMarkdown(rows: readonly Row[]): string {
  const flags = values.full ? ' --full' : ''
  const command = ['pnpm bench', ...positionals].join(' ') + flags
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const holds = ({ holds }: Row) => (holds === null ? '' : holds ? 'yes' : '**no**')
  return [
    `\`${command}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores shared by load and server. Rates and times are medians; in brackets the least and the most of a round.`,
    '',
    line(COLUMNS),
    line(COLUMNS.map(() => '---')),
    ...rows.map((row) => line([row.benchmark, row.work, row.measured, row.reference, row.result, row.aim, holds(row)])),
  ].join('\n')
}

function writeTable(table: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const begin = page.indexOf(MARKERS.begin)
  const end = page.indexOf(MARKERS.end)
  if (begin < 0 || end < begin) {
    process.stderr.write(
      `docs/benchmarks.md has no place between ${MARKERS.begin} and ${MARKERS.end}: nothing was written.\n`,
    )
    return
  }
  writeFileSync(PAGE, `${page.slice(0, begin + MARKERS.begin.length)}\n${table}\n${page.slice(end)}`)
}
