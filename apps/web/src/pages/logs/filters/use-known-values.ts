import { withClause } from '@sentinelmesh/query'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { counted } from '../../../figures.ts'
import { useTRPC } from '../../../trpc.ts'
import type { KnownValues } from './suggestions.ts'

/** Senders and rules of the last 24 hours, from the overview's statistics, as suggestions for the search bar. */
export function useKnownValues(wanted: boolean): KnownValues {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.stats.overview.queryOptions({ range: '24h' }, { staleTime: 300_000, enabled: wanted }))
  return useMemo<KnownValues>(
    () => ({
      sender: (data?.riskiest ?? []).map(({ sender, entries }) => ({
        value: written('sender', sender),
        about: counted(entries, 'entry', 'entries'),
      })),
      rule: (data?.rules ?? []).map(({ ruleId, title }) => ({ value: written('rule', ruleId), about: title })),
    }),
    [data],
  )
}

/** The value as written after the colon, quoted if needed. */
function written(field: 'sender' | 'rule', value: string): string {
  return withClause('', field, value).slice(field.length + 1)
}
