import { seeded } from './traffic.ts'
import { createCorrelator, readRules, type CorrelationEvent } from '../../packages/rules/src/index.ts'
import { cpuMs } from './cpu.ts'

/**
 * Feeds entries that match a rule, 2 ms apart, to one correlation of each type and one that refers to all of them.
 * Rule matching is not measured.
 */
export interface CorrelateWork {
  readonly type: 'correlate'
  /** Total live groups of all correlations. */
  readonly sizes: readonly number[]
  readonly rounds: number
  /** Entries per round. */
  readonly entries: number
}

export interface Correlated {
  /** From the correlator's stats after the last round, like `events` and `dropped`. */
  readonly groups: number
  readonly events: number
  readonly fires: number
  readonly dropped: number
  /** Entries per second of this process's CPU time, one figure per round. */
  readonly rates: readonly number[]
}

const SEED = 7
const START = Date.UTC(2026, 0, 5, 9)
const STEP_MS = 2
/** Entries per group to feed before measuring, enough to create nearly all groups and reach a steady state. */
const FILL = 6

/** The condition of each correlation type. */
const CONDITIONS: Readonly<Record<string, string>> = {
  event_count: '{ gte: 40 }',
  value_count: '{ field: receiver, gte: 40 }',
  temporal: '',
  temporal_ordered: '',
  value_sum: '{ field: size, gte: 20000 }',
  value_avg: '{ field: size, gte: 950 }',
  value_percentile: '{ field: size, percentile: 95, gte: 999 }',
}
const TYPES = Object.keys(CONDITIONS)

const TEXT = [
  ...TYPES.flatMap((type) => [
    ...['a', 'b'].map((rule) =>
      [
        `title: ${type} ${rule}`,
        `id: ${type}_${rule}`,
        'logsource: { product: ai_agent }',
        'detection: { selection: { payload: x }, condition: selection }',
      ].join('\n'),
    ),
    [
      `title: ${type}`,
      `id: ${type}`,
      'correlation:',
      `  type: ${type}`,
      `  rules: [${type}_a, ${type}_b]`,
      '  group-by: [sender]',
      '  timespan: 10m',
      ...(CONDITIONS[type] === '' ? [] : [`  condition: ${CONDITIONS[type]}`]),
    ].join('\n'),
  ]),
  [
    'title: All of them',
    'id: all',
    'correlation:',
    '  type: event_count',
    `  rules: [${TYPES.join(', ')}]`,
    '  group-by: [sender]',
    '  timespan: 10m',
    '  condition: { gte: 3 }',
    '  generate: true',
  ].join('\n'),
].join('\n---\n')

export function correlateEntries({ sizes, rounds, entries }: CorrelateWork): readonly Correlated[] {
  const library = readRules([{ file: null, text: TEXT }])
  const problem = library.problems.find(({ severity }) => severity === 'error')
  if (problem !== undefined) throw new Error(problem.message)
  const measure = (groups: number): Correlated => {
    const correlator = createCorrelator(library)
    const next = entriesOf(groups / TYPES.length)
    for (let left = Math.max(FILL * groups, entries); left > 0; left--) correlator.feed(next())
    let fires = 0
    const rates = Array.from({ length: rounds }, () => {
      const batch = Array.from({ length: entries }, next)
      const began = cpuMs()
      for (const entry of batch) fires += correlator.feed(entry).length
      return (entries * 1_000) / (cpuMs() - began)
    })
    const { groups: live, events, dropped } = correlator.stats()
    return { groups: live, events, fires, dropped, rates }
  }
  // Warm up.
  measure(sizes[0] ?? 0)
  return sizes.map(measure)
}

/** Generates entries from this many senders. Each entry matches one of the rules. */
function entriesOf(senders: number): () => CorrelationEvent {
  const random = seeded(SEED)
  const ruleIds = TYPES.flatMap((type) => [[`${type}_a`], [`${type}_b`]])
  let ref = 0
  return () => {
    const fields: Readonly<Record<string, readonly string[]>> = {
      sender: [`agent.worker-${Math.floor(random() * senders)}`],
      receiver: [`tool.${Math.floor(random() * 100)}`],
      size: [String(Math.floor(random() * 1_000))],
    }
    return {
      time: START + ref * STEP_MS,
      ref: ref++,
      ruleIds: ruleIds[Math.floor(random() * ruleIds.length)] ?? [],
      values: (field) => fields[field] ?? [],
    }
  }
}
