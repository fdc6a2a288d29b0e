import type { OrgId, Seq } from '@sentinelmesh/api'
import { statements } from '../connection/statements.ts'
import { rowsOf } from '../read/readers.ts'

export function selectHead(org: OrgId) {
  return statements.selectFrom('org_heads').select(['head_seq', 'entries']).where('org', '=', org)
}

export function headOf(result: Parameters<typeof rowsOf>[0]): { readonly seq: Seq; readonly entries: number } {
  const [row] = rowsOf<{ readonly head_seq: number; readonly entries: number }>(result)
  return { seq: (row?.head_seq ?? 0) as Seq, entries: row?.entries ?? 0 }
}
