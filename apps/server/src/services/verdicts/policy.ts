import type { VerdictPolicy } from '@sentinelmesh/api'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Verb } from '../verb.ts'
import type { PolicyInForce } from './policies.ts'

export const policy: Verb<'verdicts.policy', 'verdicts'> = async ({ verdicts }, { org }) =>
  toWire(await verdicts.policies.of(org))

export function toWire({ policy: decided, hash, updatedAt, updatedBy }: PolicyInForce): VerdictPolicy {
  return { ...decided, hash, updated_at: updatedAt === null ? null : toIso(updatedAt), updated_by: updatedBy }
}
