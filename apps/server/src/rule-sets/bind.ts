import type { RuleRecord } from '@sentinelmesh/db'
import type { RuleDocument } from '@sentinelmesh/rules'
import type { Builtin } from './read-documents.ts'

/** A reference of a filter or correlation to rules. */
export interface Reference {
  /** The rules as written in the document. `any` means all rules. */
  readonly reference: string
  /** The id of the rule. Null if there is none, or if the name is ambiguous. */
  readonly id: string | null
  /** True if it applies to that rule. An imported document applies to rules of the same import. */
  readonly bound: boolean
}

/** A document that refers to rules. */
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

/**
 * All documents of the org that can be referred to. A refused document keeps its id, so that a reference to it does not
 * bind to another one.
 */
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
 * Resolves a document's references. An id takes precedence over a name, and a name in the same import over other names.
 * A document that the org wrote, or an imported filter that an owner confirmed, is bound to every rule that it names.
 * Other imported documents apply only to rules of their import, so that a foreign file cannot suppress existing rules.
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
