import { BUILTIN_RULES } from '../../packages/rules/src/builtin/index.ts'
import { newDisguiseBudget, readDisguised } from '../../packages/rules/src/disguise/read-disguised.ts'
import {
  compileRuleSet,
  DEFAULT_REDACTION,
  judge,
  parseRule,
  SECRET_INDEX,
  type Entry,
  type Kind,
  type RuleSet,
} from '../../packages/rules/src/index.ts'
import { entryEvent, fieldTable } from '../../packages/rules/src/match/event.ts'
import { redactEntry } from '../../packages/rules/src/redact/redact.ts'
import { combine } from '../../packages/rules/src/risk.ts'
import { viewsOf } from '../../packages/rules/src/views/index.ts'
import { textsOf } from '../../packages/rules/src/views/tool-call.ts'
import { readWording } from '../../packages/rules/src/wording/read-wording.ts'
import { cpuMs } from './cpu.ts'
import { seeded, traffic } from './traffic.ts'

/** Measures the stages of judging with the built-in rules, each alone and on the same entries as the whole. */
export interface StagesWork {
  readonly type: 'stages'
  /** Characters per payload. */
  readonly cases: readonly { readonly name: StageCase; readonly chars: number }[]
  readonly rounds: number
  readonly segmentMs: number
}

export type StageCase = 'prompt' | 'shell call' | 'tool result' | 'tool result with a key' | 'document'

/** Microseconds of this process's CPU time per entry, one figure per round. */
export interface JudgedStages {
  readonly name: StageCase
  readonly chars: number
  readonly whole: readonly number[]
  /** In the order of judging. Those that are `of views` are parts of it. The others take the time of the whole. */
  readonly stages: readonly { readonly stage: string; readonly micros: readonly number[] }[]
}

const SEED = 7
const ENTRIES = 20
const KIND: Readonly<Record<StageCase, Kind>> = {
  prompt: 'prompt',
  'shell call': 'tool_call',
  'tool result': 'tool_result',
  'tool result with a key': 'tool_result',
  document: 'tool_result',
}
const FIELDS = fieldTable(new Map([['payload', 0]]), false)

export function judgeStages({ cases, rounds, segmentMs }: StagesWork): readonly JudgedStages[] {
  const ruleSet = compileRuleSet(
    BUILTIN_RULES.map(({ text }) => parseRule(text)),
    { secrets: SECRET_INDEX },
  )
  return cases.map(({ name, chars }) => {
    const works = worksOn(entriesOf(name, chars), ruleSet)
    const figures = new Map(works.map(([work]) => [work, [] as number[]]))
    // The first two rounds are warm-ups.
    for (let round = -2; round < rounds; round++)
      for (const [work, run] of works) {
        const micros = microsOf(run, segmentMs)
        if (round >= 0) figures.get(work)?.push(micros)
      }
    return { name, chars, ...stagesOf((work) => figures.get(work) ?? [], KIND[name] === 'tool_call') }
  })
}

type Work = 'whole' | 'parse' | 'views' | 'wording' | 'decoding' | 'redaction' | 'risk'

/**
 * Each work does one pass over the entries. The secrets of an entry are searched for once and remembered by the object,
 * so the whole and the redaction get copies. The views do not, because the search counts as redaction.
 */
function worksOn(entries: readonly Entry[], ruleSet: RuleSet): readonly (readonly [Work, () => void])[] {
  const prepared = entries.map((entry) => {
    let derive = (): unknown => null
    const options = {
      views: (...args: Parameters<typeof viewsOf>) => {
        derive = () => viewsOf(...args)
        return viewsOf(...args)
      },
    }
    const { suspected } = ruleSet.program.entry(entry, false, options)
    const { matches } = judge(entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
    const texts = entry.kind === 'tool_call' ? [] : textsOf(entry)
    return { entry, derive, suspected, matches, texts }
  })
  const each = (run: (one: (typeof prepared)[number]) => void) => () => {
    for (const one of prepared) run(one)
  }
  return [
    ['whole', each(({ entry }) => void judge({ ...entry }, ruleSet, DEFAULT_REDACTION, { views: viewsOf }))],
    ['parse', each(({ entry }) => void entryEvent(entry, FIELDS))],
    ['views', each(({ derive }) => void derive())],
    ['wording', each(({ texts }) => texts.forEach(({ text }) => void readWording(text)))],
    ['decoding', each(({ texts }) => texts.forEach((text) => void readDisguised(text, newDisguiseBudget())))],
    [
      'redaction',
      each(({ entry, suspected }) => {
        if (suspected !== null) redactEntry({ ...entry }, DEFAULT_REDACTION, suspected.where)
      }),
    ],
    ['risk', each(({ entry, matches }) => void combine({ matches, reportedRisk: entry.reportedRisk }))],
  ]
}

function stagesOf(micros: (work: Work) => readonly number[], isCall: boolean): Pick<JudgedStages, 'whole' | 'stages'> {
  const whole = micros('whole')
  const others = (['parse', 'views', 'redaction', 'risk'] as const).map(micros)
  const matching = whole.map((value, round) => others.reduce((rest, other) => rest - (other[round] ?? 0), value))
  return {
    whole,
    stages: [
      { stage: 'parse', micros: micros('parse') },
      { stage: 'views', micros: micros('views') },
      ...(isCall
        ? []
        : [
            { stage: 'of views: wording', micros: micros('wording') },
            { stage: 'of views: decoding', micros: micros('decoding') },
          ]),
      { stage: 'matching', micros: matching },
      { stage: 'redaction', micros: micros('redaction') },
      { stage: 'risk', micros: micros('risk') },
    ],
  }
}

function entriesOf(name: StageCase, chars: number): readonly Entry[] {
  const kind = KIND[name]
  const ofKind = traffic(ENTRIES * 20, { chars, type: 'text', attacks: false }, SEED).filter((one) => one.kind === kind)
  const isCall = kind === 'tool_call'
  return ofKind
    .slice(0, ENTRIES)
    .map((entry) => (isCall ? { ...entry, receiver: 'tool.Bash', context: 'shell_command' } : entry))
    .map((entry) => (name === 'tool result with a key' ? withKey(entry) : entry))
}

/** Replaces the end of the payload. The key is put together here, so that the file holds none. */
function withKey(entry: Entry): Entry {
  const random = seeded(SEED)
  const key = `${'gh'}p_${Array.from({ length: 36 }, () => Math.floor(random() * 36).toString(36)).join('')}`
  const text = `${entry.payload.text.slice(0, -key.length - 7)}token=${key} `
  return { ...entry, payload: { type: 'text', text } }
}

/** Makes passes for at least `ms` and returns the microseconds per entry. */
function microsOf(pass: () => void, ms: number): number {
  const [began, cpu] = [performance.now(), cpuMs()]
  let passes = 0
  do {
    pass()
    passes += 1
  } while (performance.now() - began < ms)
  return ((cpuMs() - cpu) * 1_000) / (passes * ENTRIES)
}
