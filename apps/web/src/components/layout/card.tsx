import type { ReactNode } from 'react'
import { cn } from './class-names.ts'

interface CardProps {
  readonly title: string
  /** Next to the title, in a lighter color. */
  readonly note?: ReactNode
  readonly tools?: ReactNode
  readonly className?: string
  readonly children: ReactNode
}

export function Card({ title, note, tools, className, children }: CardProps) {
  return (
    <section
      aria-label={title}
      className={cn('flex min-w-0 flex-col overflow-hidden rounded-card border border-line bg-surface', className)}
    >
      <div className="flex min-h-10 flex-wrap items-center gap-x-2.5 px-3.5 pt-1">
        <h2 className="text-body font-semibold">{title}</h2>
        {note !== undefined && <span className="text-small text-ink-3">{note}</span>}
        {tools !== undefined && <div className="ml-auto flex items-center gap-3">{tools}</div>}
      </div>
      {children}
    </section>
  )
}
