import type { RuleRecord } from '@sentinelmesh/db'
import {
  readRules,
  readRulesInTurns,
  type CustomEvaluator,
  type Problem,
  type Rule,
  type RuleDocument,
  type RuleLibrary,
  type Source,
} from '@sentinelmesh/rules'
import { LIMITS } from './limits.ts'
import { turns } from './turns.ts'

/** A rule that every org has: a document of the engine's, or an evaluator that the program brought. */
export interface Builtin {
  readonly id: string
  readonly title: string
  readonly hash: string
  readonly text: string
  readonly rule: Rule | null
  readonly custom: CustomEvaluator | null
}

/** One document as read: null where it is refused, and then there is an error among the problems. */
export interface ReadDocument {
  readonly document: RuleDocument | null
  readonly problems: readonly Problem[]
}

export interface DocumentReader {
  /** By id. Texts that were read before, for whichever org, are not read again. */
  readRecords(records: readonly RuleRecord[], builtin: readonly Builtin[]): Promise<ReadonlyMap<string, ReadDocument>>
}

export function documentReader(): DocumentReader {
  const known = new Map<string, { readonly read: ReadDocument; readonly chars: number }>()
  let chars = 0

  const readOne = (hash: string, text: string): ReadDocument => {
    const before = known.get(hash)
    if (before !== undefined) {
      // To the end: what was not asked for longest is first.
      known.delete(hash)
      known.set(hash, before)
      return before.read
    }
    const [read = NOTHING] = documentsOf(readRules([{ file: null, text }]))
    known.set(hash, { read, chars: text.length })
    chars += text.length
    for (const [oldest, { chars: freed }] of known) {
      if (chars <= LIMITS.readRulesChars || oldest === hash) break
      known.delete(oldest)
      chars -= freed
    }
    return read
  }

  return {
    async readRecords(records, builtin) {
      const found = new Map<string, ReadDocument>()
      const turn = turns()
      for (const { ruleId, kind, hash, text } of records) {
        if (kind === 'correlation') continue
        found.set(ruleId, readOne(hash, text))
        await turn()
      }
      const correlations = records.filter(({ kind }) => kind === 'correlation')
      if (correlations.length > 0) {
        const others = [
          ...builtin.map(({ id, rule }) => ({ id, name: rule?.name ?? null })),
          ...[...found].map(([id, { document }]) => ({ id, name: document?.name ?? null })),
        ]
        for (const [id, read] of await readCorrelations(correlations, others)) found.set(id, read)
      }
      return found
    },
  }
}

const NOTHING: ReadDocument = { document: null, problems: [] }

/** What a library holds, one by one; a refused document is its problems alone. */
export function documentsOf({ rules, correlations, filters, problems }: RuleLibrary): ReadDocument[] {
  const documents: RuleDocument[] = [...rules, ...correlations, ...filters]
  if (documents.length === 0) return [{ document: null, problems }]
  return documents.map((document) => ({ document, problems }))
}

/** Correlations are read together and beside what they refer to, since a reference to nothing is a fault of theirs. */
async function readCorrelations(
  records: readonly RuleRecord[],
  others: readonly { readonly id: string; readonly name: string | null }[],
): Promise<ReadonlyMap<string, ReadDocument>> {
  const sources = [...records.map(({ ruleId, text }) => ({ file: ruleId, text })), ...standIns(records, others)]
  const { correlations, problems } = await readRulesInTurns(sources, turns())
  const byId = new Map(correlations.map((correlation) => [correlation.id, correlation]))
  return new Map(
    records.map(({ ruleId }) => [
      ruleId,
      {
        document: byId.get(ruleId) ?? null,
        problems: problems.filter(({ file }) => file === ruleId).map((problem) => ({ ...problem, file: null })),
      },
    ]),
  )
}

/** In place of rules that are known to be there and are named in one of the texts: only their id and name matter. */
export function standIns(
  texts: readonly { readonly text: string }[],
  others: readonly { readonly id: string; readonly name: string | null }[],
): Source[] {
  const isNamed = namesIn(texts.map(({ text }) => text).filter((text) => /correlation|filter/.test(text)))
  return others
    .filter(({ id, name }) => isNamed(id) || isNamed(name))
    .map(({ id, name }) => ({
      file: STAND_IN,
      text: [
        'title: Stands in for a rule that is there',
        `id: ${JSON.stringify(id)}`,
        ...(name === null ? [] : [`name: ${JSON.stringify(name)}`]),
        'logsource: {category: any}',
        'detection: {selection: {payload: any}, condition: selection}',
      ].join('\n'),
    }))
}

const BETWEEN_WORDS = /[\s,[\]{}"']+/

/** Whether an id or name may stand in one of these texts. Each text is taken apart once: an org has thousands of names. */
function namesIn(texts: readonly string[]): (name: string | null) => boolean {
  const words = new Set(texts.flatMap((text) => text.split(BETWEEN_WORDS)))
  return (name) => {
    if (name === null) return false
    if (words.has(name)) return true
    const parts = name.split(BETWEEN_WORDS).filter((part) => part !== '')
    return parts.every((part) => words.has(part)) && texts.some((text) => text.includes(name))
  }
}

/** The file of what is not the caller's. */
export const STAND_IN = '\0stands in'
