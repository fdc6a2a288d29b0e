import { Eye, EyeOff, TriangleAlert } from 'lucide-react'
import { type InputHTMLAttributes, useId, useState } from 'react'
import { cn } from '../layout/class-names.ts'

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
}

const INPUT =
  'block h-9 w-full rounded-control border bg-surface px-2.5 text-body text-ink placeholder:text-ink-3 focus-visible:outline-2 focus-visible:outline-offset-0 disabled:opacity-45 coarse:h-11'

export function Field({ label, hint, error, type = 'text', className, ...rest }: FieldProps) {
  const id = useId()
  const [shown, setShown] = useState(false)
  const secret = type === 'password'
  const described = [error === undefined ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`]
    .filter(Boolean)
    .join(' ')
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-body font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          type={secret && shown ? 'text' : type}
          className={cn(INPUT, error === undefined ? 'border-control' : 'border-danger', secret && 'pr-10')}
          aria-invalid={error !== undefined}
          {...(described === '' ? {} : { 'aria-describedby': described })}
          {...rest}
        />
        {secret && (
          <button
            type="button"
            className="absolute inset-y-0 right-0 flex w-10 items-center justify-center rounded-control text-ink-3 hover:text-ink"
            aria-label={shown ? 'Hide password' : 'Show password'}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? (
              <EyeOff size={15} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <Eye size={15} strokeWidth={1.75} aria-hidden="true" />
            )}
          </button>
        )}
      </div>
      {error !== undefined && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint !== undefined && error === undefined && (
        <p id={`${id}-hint`} className="mt-1.5 text-small text-ink-3">
          {hint}
        </p>
      )}
    </div>
  )
}

export function FieldError({ id, children }: { readonly id?: string; readonly children: string }) {
  return (
    <p id={id} role="alert" className="mt-1.5 flex items-start gap-1.5 text-small text-danger">
      <TriangleAlert size={13} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 shrink-0" />
      {children}
    </p>
  )
}
