import type { McpDefinitionsOut } from '@sentinelmesh/api'
import type { DefinitionKind, McpEntry } from '../conversation/entry-factory.ts'
import { LIMITS } from '../limits.ts'

interface DefinitionName {
  readonly kind: DefinitionKind
  readonly name: string
}

interface KnownDefinition {
  readonly hash: string
  /** The reason if the verdict blocks it. */
  readonly blocked: string | null
  /** It differs from the pinned version. Somebody may approve the change. */
  readonly isChange: boolean
}

/** The server's last answer about each definition. Holds `LIMITS.listNames`; the oldest are dropped. */
export interface KnownDefinitions {
  learn(results: McpDefinitionsOut['results']): void
  hashOf(definition: DefinitionName): string | null
  /** Why the definition is blocked. Null if it is not, or is unknown. */
  blockedReason(definition: DefinitionName): string | null
  /**
   * Why a definition that one of these entries uses is blocked. Leaves out definitions that changed, unless `changes` is
   * true: only the server knows whether a change has been approved meanwhile.
   */
  blockedReasonOfCall(entries: readonly McpEntry[], options: { readonly changes: boolean }): string | null
}

export function knownDefinitions(): KnownDefinitions {
  const known = new Map<string, KnownDefinition>()
  const isSuspect = (one: KnownDefinition | undefined) => one !== undefined && (one.isChange || one.blocked !== null)

  return {
    learn(results) {
      const learned = new Set<string>()
      for (const { kind, name, hash, status, verdict, reason } of results) {
        const key = keyOf({ kind, name })
        // If several definitions share a name, the worst one counts: which of them the client uses is unknown.
        if (learned.has(key) && isSuspect(known.get(key))) continue
        learned.add(key)
        known.delete(key)
        const blocked = verdict === 'block' ? (reason ?? 'a rule of its policy') : null
        known.set(key, { hash, blocked, isChange: status === 'changed' })
        const [oldest] = known.keys()
        if (known.size > LIMITS.listNames && oldest !== undefined) known.delete(oldest)
      }
    },
    hashOf: (definition) => known.get(keyOf(definition))?.hash ?? null,
    blockedReason: (definition) => known.get(keyOf(definition))?.blocked ?? null,
    blockedReasonOfCall(entries, { changes }) {
      for (const { rests } of entries) {
        const definition = rests === undefined ? undefined : known.get(keyOf(rests))
        if (definition === undefined || definition.blocked === null) continue
        if (changes || !definition.isChange) return definition.blocked
      }
      return null
    },
  }
}

function keyOf({ kind, name }: DefinitionName): string {
  return `${kind} ${name}`
}
