import type { Change, Comparison } from './compare.ts'
import { enforcedName } from './enforced-name.ts'
import type { Evaluation, Group, Macro, RuleScore, Share } from './saved.ts'

/**
 * Renders an evaluation as Markdown tables. `isLeftOut`: with the figures without the rules written from each family.
 * `hasEnforced`: with what the default policy would do, which is the default.
 */
export function renderEvaluation(
  evaluation: Evaluation,
  { isLeftOut, hasEnforced = true }: { readonly isLeftOut: boolean; readonly hasEnforced?: boolean },
): string {
  const { threshold, categories, families, rules, benign_alerted, benign_alerted_left_out } = evaluation
  const groupTable = (title: string, groups: readonly Group[]) =>
    groups.length === 0 ? [] : ['', `### ${title}`, '', ...groupRows(groups, threshold, isLeftOut)]
  const sessions = categories.filter(({ session }) => session)
  return [
    '### Summary',
    '',
    ...table(
      ['figure', ...(isLeftOut ? ['left out', 'in sample'] : ['value'])],
      [
        ...macroRows(evaluation).map(([name, leftOut, all]) => [name, ...(isLeftOut ? [leftOut, all] : [all])]),
        [
          `alerts per 1,000 benign entries (of ${benign_alerted.of})`,
          ...(isLeftOut
            ? [perThousand(benign_alerted_left_out), perThousand(benign_alerted)]
            : [perThousand(benign_alerted)]),
        ],
      ],
    ),
    ...(hasEnforced && evaluation.enforced.length > 0
      ? ['', '### Enforced by default', '', renderEnforced(evaluation)]
      : []),
    ...groupTable(
      'By kind',
      categories.filter(({ session }) => !session),
    ),
    ...groupTable(
      'By kind and source',
      families.filter(({ session }) => !session),
    ),
    ...groupTable('Sessions', sessions),
    '',
    '### By rule',
    '',
    ...table(
      [
        'rule',
        'malicious',
        'benign',
        'precision %',
        `malicious only it lifts to ${threshold}`,
        `benign only it lifts to ${threshold}`,
      ],
      rules.map(ruleRow),
    ),
  ].join('\n')
}

const perThousand = ({ hits, of, low, high }: Share) =>
  `${decimal((1000 * hits) / Math.max(1, of))} (${decimal(1000 * low)}–${decimal(1000 * high)})`

/** Renders what people would notice of verdicts that are enforced, and what would be held back, as a Markdown table. */
export function renderEnforced({ enforced }: Pick<Evaluation, 'enforced'>): string {
  const rows = enforced.map((one) => [
    enforcedName(one),
    String(one.flagged.of),
    perThousand(one.flagged),
    perThousand(one.asked),
    perThousand(one.blocked),
    perThousand(one.held_back),
  ])
  const head = [
    'entries of a kind',
    'entries',
    'flagged per 1,000 (95 % interval)',
    'asked about',
    'blocked or withheld',
    'held back in all',
  ]
  return table(head, rows).join('\n')
}

/** Renders only what differs. */
export function renderComparison({ categories, families, macro, enforced, ...rules }: Comparison): string {
  const percent = (value: number | null) => (value === null ? '–' : (100 * value).toFixed(2))
  const count = (value: number | null) => String(value ?? 0)
  const thousandth = (value: number | null) => (value === null ? '–' : decimal(1000 * value))
  const section = (title: string, changes: readonly Change[], show: (value: number | null) => string) =>
    changes.length === 0
      ? []
      : [
          '',
          `### ${title}`,
          '',
          ...table(
            ['', 'before', 'now'],
            changes.map(({ name, before, after }) => [name, show(before), show(after)]),
          ),
        ]
  const lines = [
    ...section('Changes in total, %', macro, percent),
    ...section('Changes of what is enforced by default, per 1,000', enforced, thousandth),
    ...section('Changes by kind, % alerted', categories, percent),
    ...section('Changes by kind and source, % alerted', families, percent),
    ...section('Changes by rule: malicious items that only it lifts', rules.decidesMalicious, count),
    ...section('Changes by rule: benign items that only it lifts', rules.decidesBenign, count),
  ]
  return lines.length === 0 ? 'Nothing changed.' : lines.slice(1).join('\n')
}

function macroRows({ all, left_out }: Evaluation): readonly (readonly [string, string, string])[] {
  const percent = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(2)} %`)
  const at = ({ threshold, recall }: Macro) =>
    threshold === null ? 'not reached' : `${percent(recall)} (risk ≥ ${threshold})`
  return [
    ['macro recall', percent(left_out.chosen.recall), percent(all.chosen.recall)],
    ['macro false-positive rate', percent(left_out.chosen.false_positives), percent(all.chosen.false_positives)],
    ...all.at_most.map((one, index): readonly [string, string, string] => [
      `macro recall at a false-positive rate ≤ ${100 * one.limit} %`,
      left_out.at_most[index] === undefined ? '–' : at(left_out.at_most[index]),
      at(one),
    ]),
  ]
}

function groupRows(groups: readonly Group[], threshold: number, isLeftOut: boolean): readonly string[] {
  const rate = ({ share, low, high }: Share) =>
    share === null ? '–' : `${decimal(100 * share)} (${decimal(100 * low)}–${decimal(100 * high)})`
  const hasFamilies = groups.some(({ family }) => family !== null)
  const hasSessions = groups.some(({ in_time }) => in_time !== null)
  return table(
    [
      'kind',
      ...(hasFamilies ? ['source'] : []),
      hasSessions ? 'sessions' : 'entries',
      ...(isLeftOut
        ? [`left out: % at risk ≥ ${threshold} (95 % interval)`, 'in sample']
        : [`% at risk ≥ ${threshold} (95 % interval)`]),
      ...(hasSessions ? ['in time'] : []),
    ],
    groups.map(({ category, family, alerted, alerted_left_out, in_time }) => [
      category,
      ...(hasFamilies ? [family ?? ''] : []),
      String(alerted.of),
      ...(isLeftOut ? [rate(alerted_left_out), rate(alerted)] : [rate(alerted)]),
      ...(hasSessions ? [in_time === null ? '' : rate(in_time)] : []),
    ]),
  )
}

const ruleRow = ({ id, malicious, benign, precision, decides_malicious, decides_benign }: RuleScore) => [
  `\`${id}\``,
  String(malicious),
  String(benign),
  precision.share === null ? '–' : decimal(100 * precision.share),
  String(decides_malicious),
  String(decides_benign),
]

const decimal = (value: number) => value.toFixed(1)

/** A Markdown table. The first column holds texts and the others hold numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)]
}
