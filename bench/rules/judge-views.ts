import { BUILTIN_RULES } from '../../packages/rules/src/builtin/index.ts'
import {
  compileRuleSet,
  DEFAULT_REDACTION,
  judge,
  parseRule,
  SECRET_INDEX,
  type Entry,
} from '../../packages/rules/src/index.ts'
import { viewsOf } from '../../packages/rules/src/views/index.ts'
import { read } from './load.ts'
import { cpuMs } from './cpu.ts'

/** Judges entries with and without views, with only the built-in rules and with rules for other log sources added. */
export interface ViewsWork {
  readonly type: 'views'
  /** YAML of rules for many log sources. */
  readonly texts: readonly string[]
  readonly rounds: number
  readonly segmentMs: number
}

export interface JudgedViews {
  readonly entries: 'messages' | 'tool calls'
  readonly rules: number
  readonly viewsPerEntry: number
  /** Microseconds of this process's CPU time per entry, one figure per round. */
  readonly without: readonly number[]
  readonly with: readonly number[]
}

const CHARS = 100
const COMMANDS = [
  'cd /srv/app && git status --short && npm test -- --run src/orders 2>&1 | tail -n 40',
  'rg -n "createInvoice" src test | head -20; sed -n 1,80p src/invoice.ts',
  'curl -sS https://registry.example.org/api/v1/packages/left-pad -o /tmp/pad.json && jq .version /tmp/pad.json',
  'for f in $(ls reports/*.csv); do wc -l "$f" >> /tmp/lines.txt; done',
  'python3 -m pytest -q tests/test_orders.py::test_total && echo done',
]

export function judgeViews({ texts, rounds, segmentMs }: ViewsWork): readonly JudgedViews[] {
  const builtin = BUILTIN_RULES.map(({ text }) => parseRule(text))
  const sets = [builtin, [...builtin, ...read(texts).rules]].map((rules) =>
    compileRuleSet(rules, { secrets: SECRET_INDEX }),
  )
  const sides = sets.flatMap((ruleSet) =>
    (['messages', 'tool calls'] as const).map((name) => {
      const entries = COMMANDS.map((command) => anEntry(name, command.padEnd(CHARS).slice(0, CHARS)))
      return { name, ruleSet, entries, without: [] as number[], with: [] as number[] }
    }),
  )
  // The first two rounds are warm-ups.
  for (let round = -2; round < rounds; round++)
    for (const side of sides)
      for (const [figures, options] of [
        [side.without, {}],
        [side.with, { views: viewsOf }],
      ] as const) {
        const micros = microsOf(
          side.entries,
          (entry) => judge(entry, side.ruleSet, DEFAULT_REDACTION, options),
          segmentMs,
        )
        if (round >= 0) figures.push(micros)
      }
  return sides.map(({ name, ruleSet, entries, ...figures }) => ({
    ...figures,
    entries: name,
    rules: ruleSet.rules.length,
    viewsPerEntry: entries.reduce((sum, entry) => sum + viewsOf(entry).length, 0) / entries.length,
  }))
}

function anEntry(name: JudgedViews['entries'], text: string): Entry {
  const isCall = name === 'tool calls'
  return {
    sender: 'agent.claude-code',
    receiver: 'tool.Bash',
    kind: isCall ? 'tool_call' : 'message',
    session: 's-1',
    context: isCall ? 'shell_command' : null,
    payload: { type: 'text', text },
    attributes: '{"source":"claude_code","tool.name":"Bash","cwd":"/home/dev/app"}',
    logsource: { product: 'ai_agent', category: isCall ? 'tool_call' : 'message', service: 'claude_code' },
    reportedRisk: null,
    system: null,
  }
}

/** Makes complete passes over the entries for at least `ms`. */
function microsOf(entries: readonly Entry[], work: (entry: Entry) => void, ms: number): number {
  const [began, cpu] = [performance.now(), cpuMs()]
  let done = 0
  do {
    for (let pass = 0; pass < 100; pass++) for (const entry of entries) work(entry)
    done += entries.length * 100
  } while (performance.now() - began < ms)
  return ((cpuMs() - cpu) * 1_000) / done
}
