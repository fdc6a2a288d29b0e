import type { Explanation } from '@sentinelmesh/rules'
import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../../components/layout/class-names.ts'
import { PatternText } from '../../components/text/pattern-text.tsx'
import { MarkedText, ShownText } from '../../components/text/shown-text.tsx'
import { exact } from '../../figures.ts'
import { viewWords } from '../../components/entry/view-words.ts'
import { missText, searchName, wantedText, type SearchPart, type ValuePart } from './miss-text.ts'

type Condition = Explanation['condition']
type Selection = Explanation['selections'][number]
type Part = Selection['body']

/** Shows whether a part matched: an icon, a word for screen readers, and a color. */
export function Held({ held, className }: { readonly held: boolean; readonly className?: string }) {
  const Icon = held ? Check : X
  return (
    <span className={cn('inline-flex shrink-0', held ? 'text-ok' : 'text-danger', className)}>
      <Icon size={13} strokeWidth={2.25} aria-hidden="true" />
      <span className="sr-only">{held ? 'Matched: ' : 'Did not match: '}</span>
    </span>
  )
}

/** Why a rule matched an entry or not: the log source, the condition, then each part and what was found. */
export function ExplanationView({ explanation }: { readonly explanation: Explanation }) {
  const { view, logSource, condition, selections, filters } = explanation
  return (
    <div className="flex flex-col gap-2 text-small">
      {view !== undefined && (
        <p className="text-ink-2">Tried on the entry as {viewWords(view)}, with the fields of that event.</p>
      )}
      <LogSourceLine logSource={logSource} />
      <Detection name="Condition" condition={condition} selections={selections} />
      {filters.map((filter) => (
        <section key={filter.filterId} aria-label="Filter" className="border-t border-line pt-2">
          <p className="flex items-start gap-1.5">
            <Held held={filter.held} className="mt-0.5" />
            <span className="min-w-0">
              Filter <ShownText text={filter.title} className="font-medium" />{' '}
              {filter.held ? 'does not suppress the match' : 'suppresses the match, so it adds no risk'}
            </span>
          </p>
          <Detection name="Filter condition" condition={filter.condition} selections={filter.selections} />
        </section>
      ))}
    </div>
  )
}

function LogSourceLine({ logSource }: { readonly logSource: Explanation['logSource'] }) {
  const { held, checked, keys } = logSource
  return (
    <p className="flex items-start gap-1.5">
      <Held held={held} className="mt-0.5" />
      <span className="min-w-0">
        <span className="text-ink-3">Log source: </span>
        {!checked && 'the entry has none, so the rule applies'}
        {checked && keys.length === 0 && 'any'}
        {checked &&
          keys.map(({ key, wanted, found, held: same }, at) => (
            <span key={key}>
              {at > 0 && ', '}
              {key} <ShownText text={wanted} className="font-mono" />
              {!same && (
                <> (the entry has {found === null ? 'none' : <ShownText text={found} className="font-mono" />})</>
              )}
            </span>
          ))}
      </span>
    </p>
  )
}

interface DetectionProps {
  readonly name: string
  readonly condition: Condition
  readonly selections: readonly Selection[]
}

function Detection({ name, condition, selections }: DetectionProps) {
  return (
    <>
      <p className="flex items-start gap-1.5">
        <Held held={condition.held} className="mt-0.5" />
        <span className="min-w-0">
          <span className="text-ink-3">{name}: </span>
          <ConditionText condition={condition} within="or" />
        </span>
      </p>
      <ul className="flex flex-col gap-2">
        {selections.map((selection) => (
          <li key={selection.name} className="pl-4.5">
            <p className="flex items-center gap-1.5 font-medium">
              <Held held={selection.held} />
              <ShownText text={selection.name} className="font-mono" />
            </p>
            <ul className="border-l border-line pl-3">
              <PartLines part={selection.body} bare />
            </ul>
          </li>
        ))}
      </ul>
    </>
  )
}

/** The condition as written, with parentheses where needed. Icons show which parts did not match. */
function ConditionText({
  condition,
  within,
}: {
  readonly condition: Condition
  readonly within: 'or' | 'and' | 'not'
}): ReactNode {
  switch (condition.kind) {
    case 'selection':
      return (
        <span className="whitespace-nowrap">
          <Held held={condition.held} className="mr-0.5 align-[-2px]" />
          <ShownText text={condition.name} className="font-mono" />
        </span>
      )
    case 'not':
      return (
        <>
          not <ConditionText condition={condition.part} within="not" />
        </>
      )
    case 'and':
    case 'or': {
      const { kind, parts } = condition
      const bare = parts.length === 1 || within === 'or' || (within === 'and' && kind === 'and')
      return (
        <>
          {!bare && '('}
          {parts.map((part, at) => (
            // The parts of a condition have no names, and the list never changes.
            // oxlint-disable-next-line react/no-array-index-key
            <span key={at}>
              {at > 0 && ` ${kind} `}
              <ConditionText condition={part} within={kind} />
            </span>
          ))}
          {!bare && ')'}
        </>
      )
    }
  }
}

/** `bare` omits the icon, which the selection's name already has. */
function PartLines({ part, bare = false }: { readonly part: Part; readonly bare?: boolean }): ReactNode {
  if (part.kind === 'search') return <SearchLines search={part} />
  const inner = part.parts.map((each, at) => (
    // As above: no names, and a fixed list.
    // oxlint-disable-next-line react/no-array-index-key
    <PartLines key={at} part={each} />
  ))
  if (bare && part.kind === 'all') return inner
  return (
    <li>
      <p className="flex items-center gap-1.5 py-0.5 text-ink-2">
        <Held held={part.held} />
        {part.kind} of {exact(part.parts.length)} parts
      </p>
      <ul className="border-l border-line pl-3">{inner}</ul>
    </li>
  )
}

function SearchLines({ search }: { readonly search: SearchPart }) {
  const wanted = wantedText(search)
  return (
    <li>
      <p className="flex items-start gap-1.5 py-0.5">
        <Held held={search.held} className="mt-0.5" />
        <span className="min-w-0">
          <ShownText text={searchName(search)} className="font-mono text-syntax-key" />
          {wanted !== '' && <span className="text-ink-3"> {wanted}</span>}
        </span>
      </p>
      <ul className="pl-4.5">
        {search.values.map((value) => (
          <ValueLine key={value.value} value={value} field={search.field} />
        ))}
        {search.valuesLeftOut > 0 && (
          <li className="text-ink-3">and {exact(search.valuesLeftOut)} more values, which do not change the result</li>
        )}
      </ul>
    </li>
  )
}

function ValueLine({ value, field }: { readonly value: ValuePart; readonly field: string | null }) {
  const { pattern, held, places, found, miss } = value
  const near = miss !== null && 'near' in miss && miss.near !== null ? [miss.near] : []
  return (
    <li className="flex items-start gap-1.5 py-0.5">
      <Held held={held} className="mt-0.5" />
      <span className="min-w-0 wrap-anywhere">
        <PatternText pattern={pattern} />
        {miss !== null && (
          <span className="text-ink-2">
            {' '}
            — <ShownText text={missText(miss, field)} />
            {found !== null && ': '}
          </span>
        )}
        {found !== null && (
          <span className="mono rounded-chip bg-sunken px-1 text-ink-2">
            {found.place.start > 0 && '…'}
            <MarkedText
              text={found.text}
              places={(held ? places : near)
                .filter((place) => place.field === found.place.field && place.pointer === found.place.pointer)
                .map(({ start, end }) => ({ start: start - found.place.start, end: end - found.place.start }))}
            />
            {found.place.end < found.leafLength && '…'}
          </span>
        )}
        {held && places.length > 1 && <span className="text-ink-3"> and {exact(places.length - 1)} more places</span>}
      </span>
    </li>
  )
}
