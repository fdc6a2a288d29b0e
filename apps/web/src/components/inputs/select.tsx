import { ChevronDown } from 'lucide-react'
import { cn } from '../layout/class-names.ts'

interface SelectProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly text: string }[]
  readonly onChange: (value: Value) => void
  readonly disabled?: boolean
  /** `quiet` fits into a line of text. */
  readonly look?: 'control' | 'quiet'
  readonly className?: string
}

/** The native select: it fits every screen and opens without loading code. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  look = 'control',
  className,
}: SelectProps<Value>) {
  return (
    <span className={cn('relative inline-flex', className)}>
      <select
        aria-label={label}
        value={value}
        disabled={disabled}
        className={cn(
          'w-full appearance-none truncate rounded-control font-medium hover:bg-hover disabled:opacity-45 coarse:h-11',
          look === 'control'
            ? 'h-8.5 border border-control bg-surface pr-7 pl-2.5 text-small text-ink'
            : 'h-6 [field-sizing:content] bg-transparent pr-5 pl-1 text-micro text-ink-2',
        )}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value)
          if (chosen !== undefined) onChange(chosen.value)
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <ChevronDown
        size={look === 'control' ? 14 : 12}
        strokeWidth={1.75}
        aria-hidden="true"
        className={cn(
          'pointer-events-none absolute top-1/2 -translate-y-1/2 text-ink-3',
          look === 'control' ? 'right-2' : 'right-1',
        )}
      />
    </span>
  )
}
