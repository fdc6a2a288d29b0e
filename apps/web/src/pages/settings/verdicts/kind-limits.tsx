import { KINDS } from '@sentinelmesh/api/constants'
import { Select } from '../../../components/inputs/select.tsx'
import type { Kind, TypedPolicy, Verdict } from './policy-values.ts'

interface KindLimitsProps {
  readonly typed: TypedPolicy
  readonly onChange: (change: Partial<TypedPolicy>) => void
}

const AT_MOST: readonly { readonly value: Verdict; readonly text: string }[] = [
  { value: 'block', text: 'Block' },
  { value: 'ask', text: 'Ask' },
  { value: 'flag', text: 'Flag' },
  { value: 'allow', text: 'Allow' },
]

/** The strictest verdict for each kind of entry, and what happens to a call that nobody can be asked about. */
export function KindLimits({ typed: { kinds, unasked }, onChange }: KindLimitsProps) {
  const set = (kind: Kind, change: Partial<NonNullable<TypedPolicy['kinds'][Kind]>>) => {
    const before = kinds[kind] ?? { at_most: 'block', block_hidden_instructions: false }
    onChange({ kinds: { ...kinds, [kind]: { ...before, ...change } } })
  }
  return (
    <div className="rounded-card border border-line bg-surface">
      <ul>
        {KINDS.map((kind) => {
          const { at_most: atMost = 'block', block_hidden_instructions: blocksHidden = false } = kinds[kind] ?? {}
          return (
            <li
              key={kind}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-2.5 first:border-t-0"
            >
              <span className="w-32 text-body">{kind.replaceAll('_', ' ')}</span>
              <Select
                label={`Strictest verdict for ${kind.replaceAll('_', ' ')}`}
                value={atMost}
                options={AT_MOST}
                onChange={(value) => set(kind, { at_most: value })}
              />
              {atMost !== 'block' && (
                <label className="flex items-center gap-2 text-body coarse:min-h-11">
                  <input
                    type="checkbox"
                    className="accent-accent-solid"
                    checked={blocksHidden}
                    onChange={(event) => set(kind, { block_hidden_instructions: event.target.checked })}
                  />
                  Block hidden instructions
                </label>
              )}
            </li>
          )
        })}
      </ul>
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2.5 text-body">
        <span>If nobody can be asked</span>
        <Select
          label="If nobody can be asked"
          value={unasked}
          options={[
            { value: 'deny', text: 'Deny the call' },
            { value: 'warn', text: 'Warn and continue' },
          ]}
          onChange={(value) => onChange({ unasked: value })}
        />
      </div>
    </div>
  )
}
