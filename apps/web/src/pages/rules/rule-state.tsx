import { cn } from '../../components/layout/class-names.ts'
import type { RuleRow } from './rule-types.ts'

type State = RuleRow['state']

export const STATE_WORDS: Record<State, string> = {
  on: 'On',
  off: 'Off',
  quarantined: 'Quarantined',
  loaded_not_run: 'Not run',
  awaiting: 'Needs confirmation',
  refused: 'Refused',
}

const DOTS: Record<State, string> = {
  on: 'bg-ok',
  off: 'border border-ink-3',
  quarantined: 'bg-danger',
  loaded_not_run: 'bg-warn',
  awaiting: 'bg-warn',
  refused: 'bg-danger',
}

/** Explains the states that need it. */
export const STATE_NOTES: Partial<Record<State, string>> = {
  loaded_not_run:
    'Correlations do not run on new entries yet. Use Backtest to run this one on stored entries, or Try to test the rules that it refers to.',
  awaiting:
    'This imported filter refers to rules that were not imported with it. It does not suppress their matches until an owner confirms it.',
  refused:
    'This version of SentinelMesh cannot use this rule, so it does not apply to entries. See the problems below.',
}

/** A dot and a word. The dot is filled unless the rule is off. */
export function RuleState({ state }: { readonly state: State }) {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 whitespace-nowrap">
      <span aria-hidden="true" className={cn('size-1.5 shrink-0 rounded-full forced:border', DOTS[state])} />
      {STATE_WORDS[state]}
    </span>
  )
}

export const KIND_WORDS: Record<RuleRow['kind'], string> = {
  rule: 'Rule',
  correlation: 'Correlation',
  filter: 'Filter',
}

export const ORIGIN_WORDS: Record<RuleRow['origin'], string> = {
  builtin: 'Built-in',
  own: 'Own',
  import: 'Imported',
}
