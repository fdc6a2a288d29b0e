import { hash } from 'node:crypto'
import type { OrgId, VerdictPolicyIn } from '@sentinelmesh/api'
import { type StoredVerdictPolicy, verdictPolicyStore, type Database } from '@sentinelmesh/db'
import { verdictRules, type VerdictRules } from './decide.ts'
import { DEFAULT_POLICY } from './default-policy.ts'

/** An org's policy, and how verdicts are got from it. */
export interface PolicyInForce {
  readonly policy: VerdictPolicyIn
  readonly hash: string
  /** Microseconds; null where the org decided nothing. */
  readonly updatedAt: number | null
  readonly updatedBy: string | null
  readonly rules: VerdictRules
}

/** The policies of orgs, read once: who waits for a verdict does not wait for the disk. */
export interface VerdictPolicies {
  of(org: OrgId): Promise<PolicyInForce>
  /** When a change of it is committed: the next verdict goes by it. */
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

/** What holds where nothing is stored. */
export function inForce(stored: StoredVerdictPolicy | undefined): PolicyInForce {
  if (stored === undefined) return UNDECIDED
  // What is stored was checked when it was.
  const policy = JSON.parse(stored.policy) as VerdictPolicyIn
  const { updatedAt, updatedBy } = stored
  return { policy, hash: stored.hash, updatedAt, updatedBy, rules: verdictRules(policy) }
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
