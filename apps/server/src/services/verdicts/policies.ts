import { hash } from 'node:crypto'
import type { OrgId, VerdictPolicyIn } from '@sentinelmesh/api'
import { type StoredVerdictPolicy, verdictPolicyStore, type Database } from '@sentinelmesh/db'
import { verdictRules, type VerdictRules } from './decide.ts'
import { DEFAULT_POLICY } from './default-policy.ts'

/** An org's policy, prepared for verdicts. */
export interface PolicyInForce {
  readonly policy: VerdictPolicyIn
  readonly hash: string
  /** Microseconds. Null if the org has no policy of its own. */
  readonly updatedAt: number | null
  readonly updatedBy: string | null
  readonly rules: VerdictRules
}

/** Caches the orgs' policies, so that a request for a verdict does not wait for the disk. */
export interface VerdictPolicies {
  of(org: OrgId): Promise<PolicyInForce>
  /** Call this when a change is committed. It takes effect with the next verdict. */
  changed(org: OrgId, stored: StoredVerdictPolicy): PolicyInForce
}

export function verdictPolicies(database: Pick<Database, 'read'>): VerdictPolicies {
  const known = new Map<OrgId, Promise<PolicyInForce>>()
  return {
    of(org) {
      const before = known.get(org)
      if (before !== undefined) return before
      const read = verdictPolicyStore(database.read).get(org).then(inForce)
      known.set(org, read)
      read.catch(() => {
        if (known.get(org) === read) known.delete(org)
      })
      return read
    },
    changed(org, stored) {
      const policy = inForce(stored)
      known.set(org, Promise.resolve(policy))
      return policy
    },
  }
}

/** The stored policy, or the default. */
export function inForce(stored: StoredVerdictPolicy | undefined): PolicyInForce {
  if (stored === undefined) return UNDECIDED
  const policy = fromStored(stored.policy)
  const { updatedAt, updatedBy } = stored
  return { policy, hash: stored.hash, updatedAt, updatedBy, rules: verdictRules(policy) }
}

/** The policy was validated before it was stored, but it may be older than some of its fields. */
function fromStored(text: string): VerdictPolicyIn {
  const { kinds, unasked } = DEFAULT_POLICY
  return { kinds, unasked, ...(JSON.parse(text) as Omit<VerdictPolicyIn, 'kinds' | 'unasked'>) }
}

export function hashOf(policy: string): string {
  return hash('sha256', policy)
}

const UNDECIDED: PolicyInForce = {
  policy: DEFAULT_POLICY,
  hash: hashOf(JSON.stringify(DEFAULT_POLICY)),
  updatedAt: null,
  updatedBy: null,
  rules: verdictRules(DEFAULT_POLICY),
}
