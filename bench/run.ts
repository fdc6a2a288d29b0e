/**
 * Usage: `pnpm bench [NAME…] [--full] [--minutes N] [--write] [--profile FOLDER] [--corpus FOLDER] [--events FILE]
 * [--traffic FOLDER]`
 *
 * Runs the named benchmarks and prints one table. Without a name, runs all benchmarks except `soak`. A missed target
 * is marked in the table and does not fail the run.
 *
 * - `--full` also runs `soak` and the sizes that take minutes.
 * - `--minutes N` sets the duration of `soak`, which is ten minutes by default.
 * - `--write` writes the rows into docs/benchmarks.md, in place of the earlier rows of the same benchmarks.
 * - `--profile FOLDER` saves CPU profiles of the processes under test.
 * - `--corpus FOLDER` (or `SIGMA_CORPUS`) makes `rules` use these Sigma rules instead of generated ones.
 * - `--events FILE` makes `rules` use recorded events, one JSON object per line, instead of generated ones.
 * - `--traffic FOLDER` makes `rules-agent` also use recorded entries.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ackLatency } from './ack-latency.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { correlate } from './correlate.ts'
import { ingestBatch } from './ingest-batch.ts'
import { ingestSingle } from './ingest-single.ts'
import { judgeStages } from './judge-stages.ts'
import { neighbors } from './neighbors.ts'
import { otlp } from './otlp.ts'
import { regex } from './regex.ts'
import { rulesAgent } from './rules-agent.ts'
import { rules } from './rules.ts'
import { search } from './search.ts'
import { soak } from './soak.ts'
import { start } from './start.ts'
import { stats } from './stats.ts'
import { tailFanout } from './tail-fanout.ts'
import { verdict } from './verdict.ts'
import { circumstances, pageWith, tableOf } from './table.ts'

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'ingest-single': ingestSingle,
  'ingest-batch': ingestBatch,
  'ack-latency': ackLatency,
  otlp,
  verdict,
  neighbors,
  rules,
  'rules-agent': rulesAgent,
  'judge-stages': judgeStages,
  correlate,
  regex,
  search,
  start,
  stats,
  'tail-fanout': tailFanout,
  soak,
}
const PAGE = new URL('../docs/benchmarks.md', import.meta.url)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
    corpus: { type: 'string' },
    events: { type: 'string' },
    traffic: { type: 'string' },
  },
})
const unknown = positionals.filter((name) => !(name in BENCHMARKS))
if (unknown.length > 0) {
  process.stderr.write(`Unknown benchmark: ${unknown.join(', ')}. Use one of: ${Object.keys(BENCHMARKS).join(', ')}.\n`)
  process.exit(2)
}
const profileFolder = values.profile === undefined ? null : resolve(values.profile)
if (profileFolder !== null) mkdirSync(profileFolder, { recursive: true })

const minutes = values.minutes === undefined ? null : Number(values.minutes)
if (minutes !== null && !(minutes > 0)) {
  process.stderr.write('--minutes must be a number greater than 0.\n')
  process.exit(2)
}
const corpus = values.corpus ?? process.env['SIGMA_CORPUS'] ?? null
const events = values.events ?? null
const traffic = values.traffic ?? null

const rows: Row[] = []
for (const [name, run] of Object.entries(BENCHMARKS)) {
  const wanted = positionals.length > 0 ? positionals.includes(name) : name !== 'soak' || values.full
  if (!wanted) continue
  const say = (text: string) => void process.stderr.write(`${name}: ${text}\n`)
  try {
    rows.push(...(await run({ full: values.full, profileFolder, corpus, events, traffic, minutes, say })))
  } catch (error) {
    // Continue, because the results of the other benchmarks are still valid.
    say(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
const command = ['pnpm bench', ...positionals, ...(values.full ? ['--full'] : [])].join(' ')
process.stdout.write(`${circumstances(command)}\n\n${tableOf(rows)}\n`)
if (values.write) {
  const page = pageWith(readFileSync(PAGE, 'utf8'), rows, Object.keys(BENCHMARKS), circumstances(command))
  if (page === null) {
    process.stderr.write(
      'docs/benchmarks.md does not contain the bench:begin and bench:end markers. Add them and run this again.\n',
    )
    process.exitCode = 1
  } else writeFileSync(PAGE, page)
}
