import type { ReactNode } from 'react'
import { FaultNotice } from '../../components/notices/notice.tsx'
import { RowsSkeleton, SKELETON_AFTER_MS, useAfter } from '../../components/notices/waiting.tsx'
import { toFault } from '../../fault.ts'

/** The options that single-page and paginated queries share. */
interface Query<Data> {
  readonly data: Data | undefined
  readonly isPending: boolean
  readonly isError: boolean
  readonly error: unknown
  refetch(): unknown
}

interface LoadedProps<Data> {
  /** Starts a sentence: `Sources`. */
  readonly what: string
  readonly query: Query<Data>
  readonly children: (data: Data) => ReactNode
}

/** Renders the data of a query; before it arrives, a skeleton or the error. Loaded data stays when a refetch fails. */
export function Loaded<Data>({ what, query, children }: LoadedProps<Data>) {
  const waiting = useAfter(query.isPending, SKELETON_AFTER_MS)
  if (query.data !== undefined) return children(query.data)
  if (query.isError)
    return (
      <FaultNotice
        title={`${what} could not be loaded`}
        fault={toFault(query.error)}
        onRetry={() => void query.refetch()}
      />
    )
  return waiting && <RowsSkeleton rows={6} />
}
