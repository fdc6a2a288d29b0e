import { Check } from 'lucide-react'
import { cn } from '../../components/layout/class-names.ts'
import { Logo } from '../../components/layout/logo.tsx'
import { visibleString } from '../../components/text/visible-text.ts'

export interface Step {
  readonly name: string
  readonly note?: string | undefined
}

/** The set-up steps. `current` counts from 0. */
export function Steps({ steps, current }: { readonly steps: readonly Step[]; readonly current: number }) {
  return (
    <aside className="w-100 shrink-0 border-r border-line bg-surface px-9 py-8 max-desktop:w-72 max-desktop:px-6 max-tablet:w-full max-tablet:border-r-0 max-tablet:border-b max-tablet:px-4 max-tablet:py-4">
      <div className="mb-12 flex items-center gap-3 text-strong max-tablet:mb-4">
        <Logo size={24} />
        SentinelMesh
      </div>
      <ol className="flex flex-col max-tablet:flex-row max-tablet:gap-4">
        {steps.map(({ name, note }, at) => (
          <li
            key={name}
            aria-current={at === current ? 'step' : undefined}
            className="relative flex gap-3.5 pb-6 last:pb-0 max-tablet:pb-0"
          >
            {at < steps.length - 1 && (
              <span
                aria-hidden="true"
                className={cn(
                  'absolute top-7 bottom-1 left-[11.5px] w-px max-tablet:hidden',
                  at < current ? 'bg-ok' : 'bg-line-strong',
                )}
              />
            )}
            <span
              aria-hidden="true"
              className={cn(
                'flex size-6 shrink-0 items-center justify-center rounded-full border text-small font-semibold',
                at < current && 'border-ok bg-ok-bg text-ok',
                at === current && 'border-transparent bg-accent-solid text-accent-on',
                at > current && 'border-control text-ink-3',
              )}
            >
              {at < current ? <Check size={13} /> : at + 1}
            </span>
            <div className="min-w-0 max-tablet:hidden">
              <p className={cn('text-body font-semibold', at > current && 'text-ink-3')}>
                {name}
                {at < current && <span className="sr-only">, done</span>}
              </p>
              <p className="mt-1 min-h-4.5 truncate text-small text-ink-3">
                {note === undefined ? '' : visibleString(note)}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </aside>
  )
}
