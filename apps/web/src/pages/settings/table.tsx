import type { ReactNode } from 'react'
import { cn } from '../../components/layout/class-names.ts'

interface TableProps {
  /** Columns from index `figures` on are right-aligned. */
  readonly columns: readonly string[]
  readonly figures?: number
  /** Table rows of `Cell`s. */
  readonly children: ReactNode
}

/** A table that scrolls sideways on small screens. */
export function Table({ columns, figures = columns.length, children }: TableProps) {
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full text-body">
        <thead className="text-left text-small text-ink-3">
          <tr>
            {columns.map((name, index) => (
              <th
                key={name}
                className={cn('px-3.5 py-2 font-medium whitespace-nowrap', index >= figures && 'text-right')}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-t border-line">{children}</tbody>
      </table>
    </div>
  )
}

interface CellProps {
  readonly figure?: boolean
  readonly className?: string
  readonly children: ReactNode
}

export function Cell({ figure = false, className, children }: CellProps) {
  return <td className={cn('px-3.5 py-2.5', figure && 'text-right tabular-nums', className)}>{children}</td>
}
