import { useId } from 'react'
import type { TypedThresholds } from './policy-values.ts'

const STEPS = [
  { step: 'block', name: 'Block' },
  { step: 'ask', name: 'Ask' },
  { step: 'flag', name: 'Flag' },
] as const

interface ThresholdsProps {
  /** Accessible name: whose thresholds they are. */
  readonly label: string
  readonly value: TypedThresholds
  readonly onChange: (value: TypedThresholds) => void
}

/** The lowest risk at which each verdict applies, in one line. */
export function Thresholds({ label, value, onChange }: ThresholdsProps) {
  const id = useId()
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-x-5 gap-y-2">
      {STEPS.map(({ step, name }) => (
        <div key={step} className="flex items-center gap-2 text-body">
          <label htmlFor={`${id}-${step}`}>{name} from</label>
          <input
            id={`${id}-${step}`}
            className="h-8 w-16 rounded-control border border-control bg-surface px-2 text-body tabular-nums placeholder:text-ink-3 disabled:opacity-45 coarse:h-11"
            inputMode="numeric"
            autoComplete="off"
            maxLength={3}
            placeholder="never"
            value={value[step]}
            onChange={(event) => onChange({ ...value, [step]: event.target.value.trim() })}
          />
        </div>
      ))}
    </div>
  )
}
