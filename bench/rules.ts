import { fork } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Esbuild from '../apps/server/node_modules/esbuild/lib/main.js'
import type { Benchmark, BenchmarkOptions, Row } from './benchmark.ts'
import { RULES_BENCH } from './limits.ts'
import { inMiB, inMs, inRate, ratioOf, seriesOf, slopeOf, type Series } from './measure.ts'
import { corpusRules } from './rules/corpus.ts'
import { eventsOf, MIXES } from './rules/events.ts'
import { recordedEvents, recordedRules } from './rules/recorded.ts'
import type { Loaded, Matched, MatchReport, RulesWork, Side } from './rules-child.ts'

const AIMS = {
  routed: 25_000,
  unrouted: 10_000,
  timesTheLoop: 40,
  loadMs: 2_000,
  residentBytes: 300 * 1024 * 1024,
}
const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** Inside the root's modules, so that the peers are found from there. */
const OUT = join(ROOT, 'node_modules/.cache/bench-rules')

const benchmark = 'rules'

/** Sigma rules by the thousand over events, against a loop over all rules and against engines for business rules. */
export const rules: Benchmark = async (options) => {
  const { corpus, events: file, say } = options
  const generated = corpusRules(RULES_BENCH.sizes.at(-1) ?? 0)
  const texts = corpus === null ? generated.map(({ text }) => text) : recordedRules(corpus)
  const mixes =
    file === null
      ? MIXES.map((mix) => ({ name: mix.name, events: eventsOf(mix, RULES_BENCH.events, generated) }))
      : [{ name: 'recorded events', events: recordedEvents(file) }]
  const sizes = [...RULES_BENCH.sizes.filter((size) => size < texts.length * 0.9), texts.length]

  const program = await built()
  say(`reading and compiling ${texts.length.toLocaleString('en')} rules, ${RULES_BENCH.loads} times`)
  const loads: Loaded[] = []
  for (let round = 0; round < RULES_BENCH.loads; round++)
    loads.push(await inChild<Loaded>(program, { type: 'load', texts }, options))

  say(`${RULES_BENCH.rounds} rounds of matching, ${sizes.join(', ')} rules, ${mixes.length} mixes of events`)
  const { rounds, segmentMs, compared } = RULES_BENCH
  const report = await inChild<MatchReport>(
    program,
    { type: 'match', texts, mixes, sizes, rounds, segmentMs, compared },
    options,
  )
  rmSync(OUT, { recursive: true, force: true })
  return [...loadRows(loads), ...mixRows(report, sizes), ...sizeRows(report, mixes.length), ...peerRows(report)]
}

function loadRows(loads: readonly Loaded[]): Row[] {
  const total = seriesOf(loads.map(({ readMs, compileMs }) => readMs + compileMs))
  const read = seriesOf(loads.map(({ readMs }) => readMs))
  const resident = seriesOf(loads.map(({ residentBytes }) => residentBytes))
  const [first] = loads
  return [
    {
      benchmark,
      work: `${count(first?.rules)} rules read and compiled in a new process; RSS after it${first?.refused === 0 ? '' : `; ${count(first?.refused)} refused`}`,
      measured: `${inMs(total.median)} (${inMs(total.min)}–${inMs(total.max)}), of it reading ${inMs(read.median)}; ${inMiB(resident.median)}`,
      reference: '',
      result: '',
      aim: `≤ ${inMs(AIMS.loadMs)}; ≤ ${inMiB(AIMS.residentBytes)}`,
      holds: total.median <= AIMS.loadMs && resident.median <= AIMS.residentBytes,
    },
  ]
}

/** All rules, each mix of events, with and without routing by log source. */
function mixRows({ matched, differences }: MatchReport, sizes: readonly number[]): Row[] {
  const largest = matched.filter(({ rules }) => rules === Math.max(...sizes, 0) || rules === matched.at(-1)?.rules)
  return largest.flatMap((one): Row[] => {
    const of = `${count(one.rules)} rules, ${one.mix} (${Math.round(one.bytesPerEvent).toLocaleString('en')} B`
    const loop = sideOf(one, 'loop')
    const row = (side: Side, how: string, aim: number | null, times: number | null): Row => {
      const rate = sideOf(one, side)
      const ratio = ratioOf(rate, loop)
      return {
        benchmark,
        work: `${of}${how}`,
        measured: spread(rate),
        reference: `loop over all rules: ${spread(loop)}`,
        result: `${ratio.ratio.toFixed(1)}× (${ratio.min.toFixed(1)}–${ratio.max.toFixed(1)})`,
        aim: [aim === null ? '' : `≥ ${inRate(aim, 'events')}`, times === null ? '' : `≥ ${times}×`]
          .filter((text) => text !== '')
          .join('; '),
        holds: aim === null ? null : rate.median >= aim && (times === null || ratio.ratio >= times),
      }
    }
    const matches = (many: number) => `, ${many.toFixed(2)} matches an event)`
    return [
      row('routed', `${matches(one.matchesPerEvent.routed)}, with routing`, AIMS.routed, null),
      row('unrouted', `${matches(one.matchesPerEvent.unrouted)}, without`, AIMS.unrouted, AIMS.timesTheLoop),
      ...(one === largest.at(-1)
        ? [row('everyRule', `), without the index${sameMatches(differences.everyRule)}`, null, null)]
        : []),
    ]
  })
}

/** How the time of an event grows with the number of rules. */
function sizeRows({ matched, differences }: MatchReport, mixes: number): Row[] {
  const grown = [...matched.slice(0, matched.length - mixes), ...matched.slice(-1)]
  const [last] = grown.slice(-1)
  const row = (side: Side, name: string, aim: number | null): Row => {
    const rates = grown.map((one) => sideOf(one, side).median)
    const slope = slopeOf(grown.map(({ rules }, index) => ({ size: rules, cost: 1 / (rates[index] ?? Number.NaN) })))
    return {
      benchmark,
      work: `${grown.map(({ rules }) => count(rules)).join('; ')} rules, ${last?.mix}: ${name}`,
      measured: rates.map((rate) => inRate(rate, 'events')).join(', '),
      reference: '',
      result: `slope ${slope.toFixed(2)}`,
      aim: aim === null ? '' : `≤ ${aim}`,
      holds: aim === null ? null : slope <= aim,
    }
  }
  return [
    row('routed', 'with routing', 1),
    row('unrouted', 'without', 1),
    row('everyRule', 'without the index', null),
    row('loop', `loop over all rules${sameMatches(differences.loop)}`, null),
  ]
}

/** This engine, without routing, and a peer on the rules that the peer can express, at each size. */
function peerRows({ matched, differences }: MatchReport): Row[] {
  const mix = matched.at(-1)?.mix
  const grown = matched.filter((one) => one.mix === mix)
  const [last] = grown.slice(-1)
  if (last === undefined) return []
  const share = ((100 * last.expressible) / last.rules).toFixed(0)
  const row = (side: 'jsonRules' | 'zen', name: string): Row => {
    const [ours, theirs] = [sideOf(last, 'subset'), sideOf(last, side)]
    const ratio = ratioOf(ours, theirs)
    const slope = slopeOf(grown.map((one) => ({ size: one.expressible, cost: 1 / sideOf(one, side).median })))
    const rates = (of: Side) => grown.map((one) => inRate(sideOf(one, of).median, 'events')).join(', ')
    return {
      benchmark,
      work: `${grown.map(({ expressible }) => count(expressible)).join('; ')} rules that ${name} can express (${share} % of them), ${mix}, without routing${sameMatches(differences[side])}`,
      measured: rates('subset'),
      reference: `${name}: ${rates(side)}, slope ${slope.toFixed(2)}`,
      result: `${Math.round(ratio.ratio).toLocaleString('en')}× (${Math.round(ratio.min).toLocaleString('en')}–${Math.round(ratio.max).toLocaleString('en')}) with ${count(last.expressible)}`,
      aim: '',
      holds: null,
    }
  }
  return [row('jsonRules', 'json-rules-engine'), row('zen', 'zen-engine')]
}

const count = (number: number | undefined) => (number ?? 0).toLocaleString('en')
const sideOf = ({ rates }: Matched, side: Side): Series => seriesOf(rates[side] ?? [])
const spread = ({ median, min, max }: Series) =>
  `${inRate(median, 'events')} (${Math.round(min).toLocaleString('en')}–${Math.round(max).toLocaleString('en')})`
const sameMatches = ({ events, differ }: { readonly events: number; readonly differ: number }) =>
  `; ${differ === 0 ? 'the same matches' : `**other matches on ${differ}**`} of ${count(events)} events`

/** Built as the program is: without that, each call of the sources' loader names functions, which costs time. */
async function built(): Promise<string> {
  const { build } = createRequire(join(ROOT, 'apps/server/package.json'))('esbuild') as typeof Esbuild
  mkdirSync(OUT, { recursive: true })
  const outfile = join(OUT, 'rules-child.mjs')
  await build({
    entryPoints: [join(ROOT, 'bench/rules-child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['json-rules-engine', '@gorules/zen-engine'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  return outfile
}

function inChild<Answer>(program: string, work: RulesWork, { profileFolder }: BenchmarkOptions): Promise<Answer> {
  const file = join(OUT, `${work.type}.json`)
  writeFileSync(file, JSON.stringify(work))
  const profile = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
  const child = fork(program, [file], { execArgv: profile })
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer))
    child.once('error', reject)
    child.once('exit', (status) => reject(new Error(`The measuring process ended with ${status} and no answer`)))
  })
}
