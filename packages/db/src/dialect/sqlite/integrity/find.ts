import type { OrgId } from '@sentinelmesh/api'
import type { FindingType } from '../../../integrity.ts'

export interface InspectedOrg {
  readonly id: OrgId
  readonly uid: string
  readonly slug: string
  readonly name: string
}

/** Records a finding. */
export type Find = (type: FindingType, org: InspectedOrg | null, seq: number | null, says: string) => void
