import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../layout/class-names.ts'

interface BannerProps {
  readonly icon: LucideIcon
  readonly look?: 'plain' | 'warn'
  readonly action?: ReactNode
  readonly children: ReactNode
}

export function Banner({ icon: Icon, look = 'plain', action, children }: BannerProps) {
  return (
    <div
      role="status"
      className={cn(
        'flex min-h-9 shrink-0 items-center gap-3 border-b px-5 py-1 text-small max-tablet:px-4',
        look === 'warn' ? 'border-warn/50 bg-medium-bg text-ink' : 'border-line bg-selected text-ink',
      )}
    >
      <Icon
        size={15}
        strokeWidth={1.75}
        aria-hidden="true"
        className={cn('shrink-0', look === 'warn' ? 'text-warn' : 'text-accent')}
      />
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  )
}
