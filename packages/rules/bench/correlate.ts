/**
 * How many entries a correlator takes a second, how the time grows with the number of live groups, and what a group
 * costs. `node --expose-gc --import tsx bench/correlate.ts` in packages/rules. Entries are generated from a seed and come
 * 3 ms apart, as entries for which a rule has held; matching is not part of it. Times are CPU time of this process.
 */
import { seeded } from './traffic.ts'
import { createCorrelator } from '../src/correlate/correlator.ts'
import type { CorrelationEvent } from '../src/correlate/input.ts'
import { CORRELATION_TYPES, type Correlation, type CorrelationType } from '../src/parse/rule.ts'

const SEED = 7
const START = 1_700_000_000_000
const STEP_MS = 3
/** Entries of one measurement, after as many groups as wanted are live. */
const MEASURED = 300_000
const ROUNDS = 5
const AIM = 100_000

const print = (...cells: readonly (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`)
const whole = (number: number) => Math.round(number).toLocaleString('en')
const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
function heapBytes(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Of sizes below 1,000. */
const THRESHOLDS: Partial<Record<CorrelationType, number>> = { value_max: 998, value_min: 500, value_percentile: 950 }

function correlation(type: CorrelationType, given: Partial<Correlation> = {}): Correlation {
  return {
    kind: 'correlation',
    id: type,
    name: null,
    title: type,
    description: null,
    status: null,
    author: null,
    date: null,
    modified: null,
    license: null,
    references: [],
    tags: [],
    falsepositives: [],
    text: '',
    hash: type,
    level: 'medium',
    points: 40,
    family: type,
    type,
    rules: [`${type} a`, `${type} b`],
    groupBy: ['sender'],
    aliases: new Map(),
    timespanMs: 600_000,
    condition: type.startsWith('temporal') ? null : [{ operator: 'gte', number: THRESHOLDS[type] ?? 40 }],
    fields: type.startsWith('value_') ? [type === 'value_count' ? 'receiver' : 'size'] : [],
    percentile: type === 'value_percentile' ? 95 : null,
    generate: false,
    ...given,
  }
}

const CHAIN = correlation('event_count', {
  id: 'chain',
  rules: [...CORRELATION_TYPES],
  condition: [{ operator: 'gte', number: 3 }],
  generate: true,
})

/** Entries of so many senders, each a match of one rule of one of the types. */
function* entries(types: readonly CorrelationType[], senders: number): Generator<CorrelationEvent, never> {
  const random = seeded(SEED)
  const ruleIds = types.flatMap((type) => ['a', 'b'].map((rule) => [`${type} ${rule}`]))
  for (let ref = 0; ; ref++) {
    const fields: Readonly<Record<string, readonly string[]>> = {
      sender: [`agent.worker-${Math.floor(random() * senders)}`],
      receiver: [`tool.${Math.floor(random() * 100)}`],
      size: [`${Math.floor(random() * 1_000)}`],
    }
    yield {
      time: START + ref * STEP_MS,
      ref,
      ruleIds: ruleIds[Math.floor(random() * ruleIds.length)] ?? [],
      values: (field) => fields[field] ?? [],
    }
  }
}

const take = (from: Iterator<CorrelationEvent, never>, count: number) =>
  Array.from({ length: count }, () => from.next().value)

interface Result {
  readonly groups: number
  readonly events: number
  readonly fires: number
  /** Of one entry. */
  readonly microseconds: number
  readonly bytesPerGroup: number
}

/** Takes entries until so many groups are live, then measures. */
function measure(types: readonly CorrelationType[], groups: number): Result {
  const before = heapBytes()
  const rules = types.flatMap((type) => ['a', 'b'].map((rule) => ({ id: `${type} ${rule}`, name: null })))
  const all = types.map((type) => correlation(type))
  const correlations = types.length > 1 ? [...all, CHAIN] : all
  const correlator = createCorrelator({ rules, correlations })
  const stream = entries(types, groups / types.length)
  // Nine of ten groups are met after 2.3 entries a group; three more fill their windows.
  for (let left = Math.max(6 * groups, MEASURED); left > 0; left--) correlator.feed(stream.next().value)
  const { groups: live, events } = correlator.stats()
  const bytesPerGroup = (heapBytes() - before) / live
  let fires = 0
  const times = Array.from({ length: ROUNDS }, () => {
    const batch = take(stream, MEASURED / ROUNDS)
    const start = cpuSeconds()
    for (const entry of batch) fires += correlator.feed(entry).length
    return (1e6 * (cpuSeconds() - start)) / batch.length
  })
  return { groups: live, events, fires, microseconds: median(times), bytesPerGroup }
}

const cells = ({ groups, events, fires, microseconds, bytesPerGroup }: Result) => [
  whole(groups),
  whole(events),
  whole(fires),
  whole(1e6 / microseconds),
  microseconds.toFixed(2),
  whole(bytesPerGroup),
]
const heading = ['live groups', 'events kept', 'fires', 'entries/s', 'µs an entry', 'bytes a group']

print('all types and a chain', ...heading, 'aim')
print('---', ...heading.map(() => '---:'), '---:')
const SIZES = [1_000, 10_000, 100_000]
// The first one warms up.
measure(CORRELATION_TYPES, 1_000)
const results = SIZES.map((groups) => measure(CORRELATION_TYPES, groups))
for (const [index, result] of results.entries()) print(whole(SIZES[index] ?? 0), ...cells(result), whole(AIM))
const [first, last] = [results[0], results.at(-1)]
if (first !== undefined && last !== undefined) {
  const slope = Math.log(last.microseconds / first.microseconds) / Math.log(last.groups / first.groups)
  process.stdout.write(`\nTen times the groups: ${(10 ** slope).toFixed(2)}× the time.\n\n`)
}

print('one type, 100,000 groups', ...heading)
print('---', ...heading.map(() => '---:'))
for (const type of CORRELATION_TYPES) print(`\`${type}\``, ...cells(measure([type], 100_000)))
process.stdout.write(`\nRSS ${whole(process.memoryUsage().rss / 2 ** 20)} MiB\n`)
