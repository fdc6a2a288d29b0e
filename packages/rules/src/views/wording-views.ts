import { newView } from './new-view.ts'
import { entryFields, textsOf } from './tool-call.ts'
import { made, slice } from './view-text.ts'
import type { Disguise } from '../disguise/disguise.ts'
import { DISGUISE_LIMITS } from '../disguise/limits.ts'
import { newDisguiseBudget, readDisguised, type DisguisedText } from '../disguise/read-disguised.ts'
import type { Entry } from '../entry.ts'
import { logSourceOf } from '../match/event.ts'
import type { View, ViewText } from '../match/view.ts'
import type { Concept } from '../wording/concepts.ts'
import { WORDING_LIMITS } from '../wording/limits.ts'
import type { Mention } from '../wording/phrase-trie.ts'
import { readWording, type Statement, type Wording } from '../wording/read-wording.ts'
import type { Stance } from '../wording/stance.ts'

/**
 * Derives what a text says to a model: a view `statement` for each order, claim or request in it, and a view `wording`
 * with everything in the text. Their fields are the concepts of `wording/concepts.ts`. Text in disguise has the same
 * views once it is decoded, and a view `decoded` for the rules that search the entry's own text.
 */
export function wordingViews(entry: Entry): readonly View[] {
  const draft = newWordingDraft(entry)
  const budget = newDisguiseBudget()
  const disguised: DisguisedText[] = []
  let charsLeft: number = WORDING_LIMITS.chars
  for (const whole of textsOf(entry)) {
    if (charsLeft === 0) break
    const source = whole.text.length > charsLeft ? slice(whole, 0, charsLeft) : whole
    charsLeft -= source.text.length
    draft.addWording(source, readWording(source.text), WORDING_LIMITS.statements)
    const found = readDisguised(source, budget)
    if (found !== null) disguised.push(found)
  }
  // After the others, so that their views keep their numbers.
  for (const one of disguised) {
    draft.addDecoded(one)
    draft.addWording(one.text, decodedWording(one), WORDING_LIMITS.statements + DISGUISE_LIMITS.statements)
  }
  return draft.views
}

interface WordingDraft {
  readonly views: readonly View[]
  /** Adds what a text says, up to a number of statements in all. */
  addWording(source: ViewText, wording: DisguisedWording, most: number): void
  /** Adds a decoded text as the payload of the entry. */
  addDecoded(disguised: DisguisedText): void
}

/** What a text says, and for a decoded text, how it was written. */
interface DisguisedWording extends Omit<Wording, 'statements'> {
  readonly statements: readonly DisguisedStatement[]
  readonly disguises?: readonly Disguise[]
}

interface DisguisedStatement extends Statement {
  readonly disguises?: readonly Disguise[]
}

function newWordingDraft(entry: Entry): WordingDraft {
  const views: View[] = []
  const own = entryFields(entry)
  const counts = new Map<string, number>()
  const count = (name: string) => {
    const index = counts.get(name) ?? 0
    counts.set(name, index + 1)
    return { index, number: views.length, entry: own }
  }
  return {
    views,
    addWording(source, { statements, mentions, disguises = [] }, most) {
      for (const statement of statements) {
        if ((counts.get('statement') ?? 0) >= most) break
        views.push(
          newView({
            logsource: STATEMENT,
            has: (field) => hasField(statement, field),
            fields: () => statementFields(source, statement, entry.kind),
            ...count('statement'),
          }),
        )
      }
      if (!hasParts(mentions)) return
      views.push(
        newView({
          logsource: WORDING,
          has: (field) => field === 'Kind' || hasNamed({ mentions, disguises }, field),
          fields: () =>
            putNames(fieldsOf(source, mentions).set('Kind', [made(entry.kind, null)]), { disguises }, source),
          ...count('wording'),
        }),
      )
    },
    addDecoded({ text, disguisesIn }) {
      views.push(
        newView({
          logsource: logSourceOf(entry),
          name: 'decoded',
          has: (field) => field === 'payload' || field === 'kind',
          fields: () =>
            new Map([
              ['payload', [text]],
              ['kind', [made(entry.kind, null)]],
            ]),
          // A rule that finds nothing in what was decoded matches the entry itself, or only because the rest of the entry
          // is absent.
          counts: (places) => places.some((place) => place.text === text && disguisesIn(place).size > 0),
          ...count('decoded'),
        }),
      )
    },
  }
}

const STATEMENT = { category: 'statement' }
const WORDING = { category: 'wording' }

/** Reads what a decoded text says. Statements in which nothing was decoded are left out. */
function decodedWording(decoded: DisguisedText): DisguisedWording {
  const { statements, mentions } = readWording(decoded.text.text)
  const disguises = disguisesOf(decoded, mentions)
  return {
    mentions: disguises.length === 0 ? [] : mentions,
    disguises,
    statements: statements.flatMap((statement): readonly DisguisedStatement[] => {
      const own = disguisesOf(decoded, statement.mentions)
      return own.length === 0 ? [] : [{ ...statement, disguises: own, stances: stancesIn(statement, own) }]
    }),
  }
}

/** The disguises of the words that were found. Escapes and markup may be between them. */
function disguisesOf({ disguisesIn }: DisguisedText, mentions: readonly Mention[]): readonly Disguise[] {
  const within = new Set<Disguise>()
  let [start, end] = [Infinity, 0]
  for (const mention of mentions) {
    for (const disguise of disguisesIn(mention)) within.add(disguise)
    start = Math.min(start, mention.start)
    end = Math.max(end, mention.end)
  }
  if (within.size > 0) return [...within]
  return [...disguisesIn({ start, end })].filter((disguise) => BETWEEN_WORDS.has(disguise))
}

const BETWEEN_WORDS: ReadonlySet<Disguise> = new Set<Disguise>(['escapes', 'markup'])

/** Nobody reports a phrase in one of these. A quotation or a fence around them only marks where they begin and end. */
const RUNS: ReadonlySet<Disguise> = new Set<Disguise>(['base64', 'hex', 'rot13', 'reversed'])
const MARKED: ReadonlySet<Stance> = new Set<Stance>(['quoted', 'literal', 'fenced'])

function stancesIn({ stances }: Statement, disguises: readonly Disguise[]): readonly Stance[] {
  if (!disguises.some((disguise) => RUNS.has(disguise))) return stances
  return stances.filter((stance) => !MARKED.has(stance))
}

type Named = Partial<Pick<DisguisedStatement, 'mentions' | 'ordered' | 'stances' | 'disguises'>>

function hasNamed({ mentions = [], ordered = [], stances = [], disguises = [] }: Named, field: string): boolean {
  if (field === 'Stance') return stances.length > 0
  if (field === 'Ordered') return ordered.length > 0
  if (field === 'Disguise') return disguises.length > 0
  return mentions.some(({ concept }) => concept === field)
}

const hasField = (statement: DisguisedStatement, field: string): boolean =>
  field === 'Statement' || field === 'Kind' || hasNamed(statement, field)

function statementFields(
  source: ViewText,
  statement: DisguisedStatement,
  kind: Entry['kind'],
): ReadonlyMap<string, ViewText[]> {
  const text = slice(source, statement.start, statement.end)
  const fields = fieldsOf(source, statement.mentions)
  fields.set('Statement', [text])
  fields.set('Kind', [made(kind, null)])
  return putNames(fields, statement, text)
}

/** Sets the fields whose values are names, each because of a text. */
function putNames(
  fields: Map<string, ViewText[]>,
  { ordered = [], stances = [], disguises = [] }: Named,
  about: ViewText,
): Map<string, ViewText[]> {
  if (ordered.length > 0)
    fields.set(
      'Ordered',
      ordered.map((concept) => made(concept, fields.get(concept)?.[0] ?? about)),
    )
  const put = (field: string, names: readonly string[]) => {
    if (names.length > 0)
      fields.set(
        field,
        names.map((name) => made(name, about)),
      )
  }
  put('Stance', stances)
  put('Disguise', disguises)
  return fields
}

/** Concepts of which a text about a role without limits has at least two. Noise stands alone. */
const PARTS: ReadonlySet<Concept> = new Set<Concept>([
  'Persona',
  'Unrestricted',
  'Mode',
  'Refuse',
  'Compliance',
  'Guardrail',
  'Override',
  'HiddenPrompt',
])

function hasParts(mentions: readonly Mention[]): boolean {
  let first: Concept | undefined
  for (const { concept } of mentions) {
    if (concept === 'Noise') return true
    if (!PARTS.has(concept) || concept === first) continue
    if (first !== undefined) return true
    first = concept
  }
  return false
}

function fieldsOf(source: ViewText, mentions: readonly Mention[]): Map<string, ViewText[]> {
  const fields = new Map<string, ViewText[]>()
  for (const { concept, start, end } of mentions) {
    const values = fields.get(concept) ?? []
    if (values.length >= WORDING_LIMITS.values) continue
    values.push(slice(source, start, end))
    fields.set(concept, values)
  }
  return fields
}
