import { cn } from '../../components/layout/class-names.ts'
import type { RuleRow } from './rule-types.ts'

type State = RuleRow['state']

export const STATE_WORDS: Record<State, string> = {
  on: 'On',
  off: 'Off',
  quarantined: 'Quarantined',
  loaded_not_run: 'Loaded, not run',
  awaiting: 'Awaiting an owner',
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

/** What a state means, where its word alone does not say it. */
export const STATE_NOTES: Partial<Record<State, string>> = {
  loaded_not_run:
    'Correlations are checked and kept, and not yet run on the entries that come in. Backtest runs this one on stored entries; Try tells of the rules that it counts.',
  awaiting:
    'This imported filter names rules that were not imported with it. It holds nothing of theirs back until an owner confirms it.',
  refused: 'This version of the program cannot use this text. It judges nothing; the problems say why.',
}

/** A dot and a word: filled where the rule is at work. */
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
