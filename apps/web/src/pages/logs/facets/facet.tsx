import type { ChosenValues, FacetField } from '@sentinelmesh/query'
import { CircleMinus } from 'lucide-react'
import { cn } from '../../../components/layout/class-names.ts'
import { Entity, KIND_WORDS, KindIcon, type Kind } from '../../../components/entry/entity.tsx'
import { BAND_TEXT, BAND_WORDS, RiskGlyph, type Band } from '../../../components/entry/risk.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { visibleString } from '../../../components/text/visible-text.ts'
import { count, exact } from '../../../figures.ts'
import { type FacetOut, FEW, type Line, linesOf, MANY } from './facet-lines.ts'

const TITLES: Record<FacetField, string> = {
  band: 'Risk',
  kind: 'Kind',
  sender: 'Sender',
  receiver: 'Receiver',
  rule: 'Rule',
}

interface FacetProps {
  readonly facet: FacetOut
  readonly chosen: ChosenValues
  /** Whether the counts are estimates. */
  readonly estimated: boolean
  readonly whole: boolean
  readonly onWhole: (whole: boolean) => void
  readonly onChoose: (chosen: ChosenValues) => void
}

/** One field: its values, their counts, and which are chosen. */
export function Facet({ facet, chosen, estimated, whole, onWhole, onChoose }: FacetProps) {
  const { field, distinct } = facet
  const lines = linesOf(facet, chosen, { most: whole ? MANY : FEW, estimated })
  const left = distinct - Math.min(distinct, FEW)
  const toggle = (value: string, list: 'included' | 'excluded') => {
    const other = list === 'included' ? 'excluded' : 'included'
    const without = chosen[list].filter((each) => each !== value)
    const now = without.length === chosen[list].length ? [...without, value] : without
    onChoose({ ...chosen, [list]: now, [other]: chosen[other].filter((each) => each !== value) })
  }
  return (
    <section aria-label={TITLES[field]} className="border-b border-line py-3">
      <h2 className="px-5 pb-1 text-small font-semibold">{TITLES[field]}</h2>
      {lines.length === 0 && <p className="px-5 text-small text-ink-3">None in this time range</p>}
      <ul>
        {lines.map((line) => (
          <FacetLine
            key={line.value}
            field={field}
            line={line}
            estimated={estimated}
            included={chosen.included.includes(line.value)}
            excluded={chosen.excluded.includes(line.value)}
            onToggle={(list) => toggle(line.value, list)}
          />
        ))}
      </ul>
      {field !== 'band' && left > 0 && (
        <button
          type="button"
          aria-expanded={whole}
          className="mx-5 min-h-6 text-small text-accent hover:underline coarse:min-h-11"
          onClick={() => onWhole(!whole)}
        >
          {whole ? 'Fewer' : `${exact(left)}${distinct >= MAX_DISTINCT ? '+' : ''} more`}
        </button>
      )}
    </section>
  )
}

/** The server counts distinct values up to this number. */
const MAX_DISTINCT = 10_000

interface FacetLineProps {
  readonly field: FacetField
  readonly line: Line
  readonly estimated: boolean
  readonly included: boolean
  readonly excluded: boolean
  readonly onToggle: (list: 'included' | 'excluded') => void
}

function FacetLine({ field, line, estimated, included, excluded, onToggle }: FacetLineProps) {
  const { value, title, count: entries } = line
  const about = estimated ? '≈ ' : ''
  const word = visibleString(
    field === 'band' ? BAND_WORDS[value as Band] : field === 'kind' ? KIND_WORDS[value as Kind] : (title ?? value),
  )
  return (
    <li className="group/line relative flex items-center pr-3 pl-5 hover:bg-hover">
      <label className="flex min-h-6 min-w-0 flex-1 items-center gap-2 text-body coarse:min-h-11">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent-solid"
          checked={included}
          aria-label={`${word}, ${entries === undefined ? 'not counted' : `${about}${exact(entries)} entries`}${excluded ? ', excluded' : ''}`}
          onChange={() => undefined}
          onClick={(event) => onToggle(event.altKey ? 'excluded' : 'included')}
        />
        <span className={cn('flex min-w-0 flex-1 items-center gap-1.5', excluded && 'text-danger line-through')}>
          <FacetValue field={field} value={value} title={title} />
        </span>
        <span
          className="shrink-0 text-small text-ink-3 tabular-nums group-focus-within/line:invisible group-hover/line:invisible coarse:visible!"
          title={entries === undefined ? 'Not counted' : `${about}${exact(entries)}`}
        >
          {entries === undefined ? '—' : `${about}${count(entries)}`}
        </span>
      </label>
      <button
        type="button"
        aria-pressed={excluded}
        aria-label={`${excluded ? 'Stop excluding' : 'Exclude'} ${word}`}
        title={excluded ? 'Stop excluding' : 'Exclude (⌥ click)'}
        className={cn(
          'absolute right-2.5 flex size-6 items-center justify-center rounded-chip text-ink-3 hover:text-danger focus-visible:opacity-100 coarse:static coarse:size-11 coarse:opacity-100',
          'opacity-0 group-focus-within/line:opacity-100 group-hover/line:opacity-100',
          excluded && 'text-danger',
        )}
        onClick={() => onToggle('excluded')}
      >
        <CircleMinus size={13} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </li>
  )
}

function FacetValue({ field, value, title }: Pick<Line, 'value' | 'title'> & { readonly field: FacetField }) {
  switch (field) {
    case 'band':
      return (
        <>
          <RiskGlyph band={value as Band} className={BAND_TEXT[value as Band]} />
          {BAND_WORDS[value as Band]}
        </>
      )
    case 'kind':
      return (
        <>
          <KindIcon kind={value as Kind} className="text-ink-3" />
          <span className="truncate">{KIND_WORDS[value as Kind]}</span>
        </>
      )
    case 'rule':
      return <ShownText text={title ?? value} className="truncate" />
    case 'sender':
    case 'receiver':
      return <Entity name={value} side={field} />
  }
}
