import type { Services, VerdictPolicy } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { toIso } from '../../ingest/timestamp.ts'
import type { Verb } from '../verb.ts'
import type { PolicyInForce } from './policies.ts'

export const policy: Verb<Services['verdicts']['policy']> = async ({ verdicts }, principal) =>
  toWire(await verdicts.policies.of(authorise(principal, 'verdicts.read')))

export function toWire({ policy: decided, hash, updatedAt, updatedBy }: PolicyInForce): VerdictPolicy {
  return { ...decided, hash, updated_at: updatedAt === null ? null : toIso(updatedAt), updated_by: updatedBy }
}
