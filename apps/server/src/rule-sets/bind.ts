import type { RuleRecord } from '@sentinelmesh/db'
import type { RuleDocument } from '@sentinelmesh/rules'
import type { Builtin } from './read-documents.ts'

/** One of the names under which a filter or a correlation looks for rules. */
export interface Reference {
  /** As the document has it; `any` for all rules. */
  readonly reference: string
  /** The rule that it means; null where there is none, or where a name could mean several. */
  readonly id: string | null
  /** Whether it works on that rule. An imported document works on rules of the same import. */
  readonly bound: boolean
}

/** The rules that a filter or a correlation names. */
interface Referring {
  readonly kind: RuleDocument['kind']
  readonly rules: readonly string[] | 'any'
}

interface Listed {
  readonly id: string
  readonly name: string | null
  readonly kind: 'rule' | 'correlation' | 'filter'
  readonly importId: string | null
}

export interface Directory {
  readonly byId: ReadonlyMap<string, Listed>
  readonly byName: ReadonlyMap<string, readonly Listed[]>
}

/** All that documents of the org can refer to. A refused one keeps its id: what names it is not bound to another. */
export function directoryOf(
  builtin: readonly Builtin[],
  records: readonly RuleRecord[],
  documents: ReadonlyMap<string, { readonly document: Pick<RuleDocument, 'name' | 'kind'> | null }>,
): Directory {
  const listed: Listed[] = builtin.map(({ id, rule }) => ({
    id,
    name: rule?.name ?? null,
    kind: 'rule',
    importId: null,
  }))
  const byId = new Map(listed.map((one) => [one.id, one]))
  for (const { ruleId: id, kind, importId } of records) {
    if (byId.has(id)) continue
    const document = documents.get(id)?.document
    const one = { id, name: document?.name ?? null, kind: document?.kind ?? kind, importId }
    listed.push(one)
    byId.set(id, one)
  }
  const byName = new Map<string, Listed[]>()
  for (const one of listed) {
    if (one.name === null) continue
    const same = byName.get(one.name)
    if (same === undefined) byName.set(one.name, [one])
    else same.push(one)
  }
  return { byId, byName }
}

/**
 * What a document's references mean. An id before a name; a name of the same import before one of others. What an org
 * wrote itself is bound to all that it names, and so is an imported filter once an owner confirmed it; what was imported
 * works on rules of its import alone, so that a foreign file cannot silence what is already there.
 */
export function bind(document: Referring, record: RuleRecord, { byId, byName }: Directory): Reference[] {
  const { importId, origin, confirmedAt } = record
  const isFree = origin === 'own' || (document.kind === 'filter' && confirmedAt !== null)
  const isOurs = (one: Listed) => isFree || one.importId === importId
  const isTarget = (one: Listed) =>
    one.kind === 'rule' || (document.kind === 'correlation' && one.kind === 'correlation')

  if (document.rules === 'any') {
    const bound = [...byId.values()].filter((one) => isTarget(one) && isOurs(one))
    const references: Reference[] = bound.map(({ id }) => ({ reference: 'any', id, bound: true }))
    return isFree ? references : [...references, { reference: 'any', id: null, bound: false }]
  }
  return document.rules.map((reference) => {
    const same = byName.get(reference) ?? []
    const ours = same.filter(({ importId: of }) => of === importId)
    const named = ours.length > 0 ? ours : same
    const target = byId.get(reference) ?? (named.length === 1 ? named[0] : undefined)
    if (target === undefined || !isTarget(target)) return { reference, id: null, bound: false }
    return { reference, id: target.id, bound: isOurs(target) }
  })
}
