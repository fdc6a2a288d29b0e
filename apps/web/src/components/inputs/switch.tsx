import { cn } from '../layout/class-names.ts'

interface SwitchProps {
  readonly checked: boolean
  /** Accessible name. */
  readonly label: string
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
  /** Tooltip that says why it is disabled. */
  readonly reason?: string | undefined
  readonly busy?: boolean
}

/** Takes effect at once. The position of its knob shows the state, not only its color. */
export function Switch({ checked, label, onChange, disabled = false, reason, busy = false }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-busy={busy || undefined}
      disabled={disabled}
      title={reason}
      className="inline-flex h-6 w-9 shrink-0 items-center justify-center rounded-full disabled:opacity-45 coarse:h-11 coarse:w-11"
      onClick={() => {
        if (!busy) onChange(!checked)
      }}
    >
      <span
        aria-hidden="true"
        className={cn(
          'flex h-4.5 w-8 items-center rounded-full border px-0.5 transition-colors duration-80',
          checked ? 'border-transparent bg-accent-solid' : 'border-control bg-sunken',
        )}
      >
        <span
          className={cn(
            'size-3 rounded-full transition-transform duration-140',
            checked ? 'translate-x-3.5 bg-accent-on' : 'bg-control',
          )}
        />
      </span>
    </button>
  )
}
