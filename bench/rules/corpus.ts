/**
 * Generates Sigma rules modeled on SigmaHQ's 3,780 rules. Log sources, modifiers, conditions, long lists, keywords
 * and regular expressions are as frequent as in SigmaHQ/sigma 8eaafff1 (2026-08-05), but the words are invented. Used
 * in place of that corpus if it is not available. The same seed gives the same rules. `docs/benchmarks.md` compares the
 * counts.
 */
import { seeded } from './traffic.ts'
import { rulesOfLists } from './corpus-lists.ts'
import { PROCESS_CREATION, SOURCES, type Family, type Source, type SourceShare } from './log-sources.ts'
import { detectionOf, type Demand, type Detection } from './detections.ts'
import { choiceOf, capital, domain, name, uuid, type Choice } from './words.ts'
import { writeDetection } from './write-detection.ts'

export interface CorpusRule {
  readonly id: string
  /** A single YAML document. */
  readonly text: string
  readonly source: Source
  readonly family: Family
  /** The field values that make an event match the rule's selections. Ignores its filters. */
  readonly hit: readonly Demand[]
}

/** The number of rules in SigmaHQ's repository. */
const CORPUS_SIZE = PROCESS_CREATION.of
const SEED = 21

/** Returns up to `count` rules. They are shuffled, so a smaller count is a random sample of a larger one. */
export function corpusRules(count: number, seed = SEED): readonly CorpusRule[] {
  const choice = choiceOf(seeded(seed))
  const made: (() => CorpusRule)[] = rulesOfLists(choice).map(
    (detection) => () => ruleOf(detection.of, detection, choice),
  )
  const sources = allocateSources(CORPUS_SIZE - made.length)
  for (const source of sources) made.push(() => ruleOf(source, detectionOf(source, choice), choice))
  // Fisher–Yates shuffle.
  for (let index = made.length - 1; index > 0; index--) {
    const other = choice.between(0, index)
    const [one, two] = [made[index], made[other]]
    if (one === undefined || two === undefined) continue
    made[index] = two
    made[other] = one
  }
  return made.slice(0, count).map((make) => make())
}

/** Allocates rules to log sources in proportion to their shares, with at least one rule for each source. */
function allocateSources(count: number): SourceShare[] {
  const isProcess = ({ share }: SourceShare) => share === PROCESS_CREATION.rules
  const others = SOURCES.filter((source) => !isProcess(source)).reduce((sum, { share }) => sum + share, 0)
  const rest = CORPUS_SIZE - PROCESS_CREATION.rules
  const found: SourceShare[] = []
  let roundingError = 0
  for (const source of SOURCES) {
    const wanted = isProcess(source) ? PROCESS_CREATION.rules : (source.share / others) * rest
    const given = Math.max(1, Math.round(wanted + roundingError))
    roundingError += wanted - given
    for (let number = 0; number < given && found.length < count; number++) found.push(source)
  }
  return found
}

const LEVELS = ['medium', 'high', 'medium', 'high', 'low', 'critical', 'informational']
const STATUSES = ['test', 'test', 'experimental', 'stable']
const TACTICS = [
  'execution',
  'persistence',
  'defense-evasion',
  'discovery',
  'command-and-control',
  'impact',
  'collection',
]

/** Includes the usual metadata, such as references and tags, because loading a rule has to parse it. */
function ruleOf({ source, family }: SourceShare, detection: Detection, choice: Choice): CorpusRule {
  const { between, pick, some } = choice
  const id = uuid(choice)
  const word = capital(name(choice))
  const date = () =>
    `20${between(17, 25)}-${String(between(1, 12)).padStart(2, '0')}-${String(between(1, 28)).padStart(2, '0')}`
  const text = [
    `title: ${pick(['Suspicious', 'Potential', 'Possible', 'Uncommon'])} ${word} ${pick(['Execution', 'Activity', 'Change', 'Usage'])}`,
    `id: ${id}`,
    `status: ${pick(STATUSES)}`,
    'description: |',
    `    Detects ${pick(['the use of', 'attempts to change', 'a call of', 'traces of'])} ${word} ${pick(['by an account that has no reason to.', 'as it was seen before data were taken away.', 'from a place where it is not installed.'])}`,
    'references:',
    ...some(between(1, 4), () => `    - https://${domain(choice)}/${name(choice)}/${name(choice)}-${between(1, 999)}`),
    `author: ${capital(name(choice))} ${capital(name(choice))}`,
    `date: ${date()}`,
    `modified: ${date()}`,
    'tags:',
    ...some(between(1, 3), () => `    - attack.${pick(TACTICS)}`),
    `    - attack.t${between(1003, 1620)}`,
    'logsource:',
    ...Object.entries(source).map(([key, value]) => `    ${key}: ${value}`),
    ...writeDetection(detection),
    'falsepositives:',
    `    - ${pick(['Unknown', 'Legitimate administrative activity', 'Software installers', 'Unlikely'])}`,
    `level: ${pick(LEVELS)}`,
    '',
  ].join('\n')
  return { id, text, source, family, hit: detection.hit }
}
