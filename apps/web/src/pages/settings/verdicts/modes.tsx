import type { TypedPolicy } from './policy-values.ts'

const MODES = [
  {
    mode: 'dry_run',
    name: 'Dry run',
    about: 'All calls are allowed. Each entry records the verdict that enforcement would have returned.',
  },
  { mode: 'enforce', name: 'Enforce', about: 'Agents receive the verdicts that you configure below.' },
] as const

interface ModesProps {
  readonly value: TypedPolicy['mode']
  readonly onChange: (mode: TypedPolicy['mode']) => void
}

export function Modes({ value, onChange }: ModesProps) {
  return (
    <div className="grid grid-cols-2 gap-3 max-tablet:grid-cols-1">
      {MODES.map(({ mode, name, about }) => (
        <label
          key={mode}
          className="block cursor-pointer rounded-card border border-line bg-surface p-3.5 text-body font-medium has-checked:border-accent has-checked:bg-selected"
        >
          <input
            type="radio"
            name="mode"
            className="mr-2.5 align-[-1px] accent-accent-solid"
            checked={value === mode}
            onChange={() => onChange(mode)}
          />
          {name}
          <span className="mt-1 block text-small font-normal text-ink-2">{about}</span>
        </label>
      ))}
    </div>
  )
}
