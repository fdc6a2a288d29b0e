import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { cn } from '../layout/class-names.ts'

type Look = 'primary' | 'neutral' | 'active' | 'ghost' | 'danger'

const LOOKS: Record<Look, string> = {
  primary: 'border-transparent bg-accent-solid text-accent-on hover:bg-accent-solid-hover',
  neutral: 'border-line-strong bg-surface text-ink hover:bg-hover',
  danger: 'border-transparent bg-danger-solid text-accent-on',
  ghost: 'border-transparent bg-transparent text-ink-2 hover:bg-hover hover:text-ink',
  active: 'border-accent bg-selected text-accent',
}

/** For a link that looks like a button. */
export function buttonClass(look: Look = 'neutral', className?: string): string {
  return cn(
    'inline-flex min-h-7.5 items-center justify-center gap-1.5 rounded-control border px-2.5 text-small font-medium whitespace-nowrap transition-colors duration-80 disabled:opacity-45 coarse:min-h-11',
    LOOKS[look],
    className,
  )
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look
  readonly icon?: LucideIcon
  /** Shows a spinner and ignores clicks. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
  readonly children?: ReactNode
}

export function Button({
  look = 'neutral',
  icon: Icon,
  busy = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type === 'submit' ? 'submit' : 'button'}
      className={buttonClass(look, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
      {...rest}
    >
      {busy ? (
        <LoaderCircle size={14} className="animate-turn" aria-hidden="true" />
      ) : (
        Icon !== undefined && <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
      )}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: LucideIcon
  /** Names the action. `keys` is its shortcut. */
  readonly label: string
  readonly keys?: string
  readonly ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon: Icon, label, keys, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keys})`}
      className={cn(
        'inline-flex size-7.5 shrink-0 items-center justify-center rounded-control text-ink-2 transition-colors duration-80 hover:bg-hover hover:text-ink disabled:opacity-45 coarse:size-11',
        className,
      )}
      {...rest}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
    </button>
  )
}

export function Keys({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <kbd className={cn('rounded-chip border border-line-strong px-1 font-sans text-micro text-ink-3', className)}>
      {children}
    </kbd>
  )
}
