import { KINDS } from '@sentinelmesh/api/constants'
import { Field } from '../../../components/inputs/field.tsx'
import type { TypedPolicy } from './policy-values.ts'

interface PastBudgetProps {
  readonly typed: TypedPolicy
  readonly onChange: (change: Partial<TypedPolicy>) => void
}

/** The timeout for verdicts, and the kinds of entries that are blocked on timeout. */
export function PastBudget({ typed: { budgetMs, closedKinds }, onChange }: PastBudgetProps) {
  return (
    <div className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
      <Field
        label="Timeout, milliseconds"
        className="max-w-60"
        inputMode="numeric"
        autoComplete="off"
        value={budgetMs}
        onChange={(event) => onChange({ budgetMs: event.target.value.trim() })}
      />
      <div role="group" aria-label="Block on timeout" className="flex flex-wrap gap-x-5 gap-y-2">
        <span className="w-full text-body font-medium">Block on timeout</span>
        {KINDS.map((kind) => (
          <label key={kind} className="flex items-center gap-2 text-body coarse:min-h-11">
            <input
              type="checkbox"
              className="accent-accent-solid"
              checked={closedKinds.includes(kind)}
              onChange={(event) =>
                onChange({
                  closedKinds: KINDS.filter((one) => (one === kind ? event.target.checked : closedKinds.includes(one))),
                })
              }
            />
            {kind.replaceAll('_', ' ')}
          </label>
        ))}
      </div>
    </div>
  )
}
