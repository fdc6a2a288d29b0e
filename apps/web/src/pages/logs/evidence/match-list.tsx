import type { EntryDetail } from '@sentinelmesh/api'
import { Link } from '@tanstack/react-router'
import { ListFilter } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { lazy, Suspense, useRef, useState } from 'react'
import { Button } from '../../../components/inputs/button.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { MENU_CLASS } from '../../../components/inputs/menu-class.ts'
import { LevelGlyph } from '../../../components/entry/risk.tsx'
import { PatternText } from '../../../components/text/pattern-text.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { visibleString } from '../../../components/text/visible-text.ts'
import { counted, exact } from '../../../figures.ts'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import type { EntryPlaces } from './places.ts'
import { viewWords } from '../../../components/entry/view-words.ts'

const ViewText = lazy(async () => ({ default: (await import('./matched-as.tsx')).ViewText }))
const FilterDialog = lazy(async () => ({ default: (await import('../../rules/filter-dialog.tsx')).FilterDialog }))

type Match = EntryDetail['matches'][number]
type Part = Match['selections'][number]['parts'][number]
/** Fields that a filter can use from here; the filter dialog offers more. */
const FILTER_FIELDS = ['sender', 'receiver', 'session', 'context', 'kind'] as const
type FilterField = (typeof FILTER_FIELDS)[number]
/** The same length as in the list of versions. */
const HASH_CHARS = 10

interface Excluding {
  readonly match: Match
  readonly field: FilterField
  readonly value: string
}

/** Each rule that matched, why, and how many points it adds. */
export function MatchList({ entry, places }: { readonly entry: EntryDetail; readonly places: EntryPlaces }) {
  const [excluding, setExcluding] = useState<Excluding | null>(null)
  const mayFilter = useMay('rules.filter')
  return (
    <>
      <ul className="flex flex-col gap-3">
        {entry.matches.map((match) => (
          <li key={match.rule_id}>
            <MatchHead match={match} entry={entry} onExclude={mayFilter ? setExcluding : undefined} />
            <Reasons match={match} places={places} />
          </li>
        ))}
      </ul>
      {entry.matches_left_out !== undefined && (
        <p className="mt-2 text-small text-ink-3">
          {counted(entry.matches_left_out, 'other rule', 'other rules')} also matched. Those with the most points are
          shown.
        </p>
      )}
      {entry.unexplained !== undefined && (
        <p className="mt-2 text-small text-ink-3">
          {counted(entry.unexplained, 'match', 'matches')} without highlights, because they were too large to store.
        </p>
      )}
      {!mayFilter && (
        <p className="mt-2 text-small text-ink-3">{whoMay('rules.filter')} can suppress matches with a filter.</p>
      )}
      {excluding !== null && (
        <Suspense>
          <FilterDialog
            rule={{ id: excluding.match.rule_id, title: excluding.match.title }}
            conditions={[{ field: excluding.field, value: excluding.value }]}
            onClose={() => setExcluding(null)}
          />
        </Suspense>
      )}
    </>
  )
}

interface MatchHeadProps {
  readonly match: Match
  readonly entry: EntryDetail
  readonly onExclude: ((excluding: Excluding) => void) | undefined
}

function MatchHead({ match, entry, onExclude }: MatchHeadProps) {
  const { slug } = useSession()
  const chosen = useRef<Excluding | null>(null)
  return (
    <div className="flex items-start gap-2">
      <LevelGlyph level={match.level} className={match.filtered_by === null ? 'mt-0.75' : 'mt-0.75 opacity-60'} />
      <div className="min-w-0 flex-1">
        <Link
          to="/o/$org/rules"
          params={{ org: slug }}
          search={{ rule: match.rule_id }}
          className="text-body hover:underline"
          title={`Open the rule ${visibleString(match.rule_id)}`}
        >
          <ShownText text={match.title} />
        </Link>
        <p className="text-small text-ink-3">
          <ShownText text={match.rule_id} />, <Counts match={match} entry={entry} />, version{' '}
          <Link
            to="/o/$org/rules"
            params={{ org: slug }}
            search={{ rule: match.rule_id, tab: 'versions' }}
            className="font-mono hover:underline"
            title="The version of the rule that made this match"
          >
            {match.rule_hash.slice(0, HASH_CHARS)}
          </Link>
        </p>
        <MatchedAs match={match} entry={entry} />
      </div>
      {onExclude !== undefined && match.filtered_by === null && (
        // Not modal: the scroll lock of a modal menu injects a style sheet, which the content security policy refuses.
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger asChild>
            <Button look="ghost" icon={ListFilter} aria-label={`Suppress… (${visibleString(match.title)})`}>
              Suppress…
            </Button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            collisionPadding={8}
            className={cn(MENU_CLASS, 'max-w-80 min-w-48')}
            onCloseAutoFocus={() => {
              // A dialog restores the focus to the element that had it, so open it after the menu has closed.
              if (chosen.current !== null) onExclude(chosen.current)
              chosen.current = null
            }}
          >
            {FILTER_FIELDS.map((field) => {
              const value = entry[field]
              return (
                value !== null && (
                  <DropdownMenu.Item
                    key={field}
                    className="flex min-h-8 cursor-default items-center gap-1 rounded-control px-2 text-body text-ink outline-none select-none data-[highlighted]:bg-hover coarse:min-h-11"
                    onSelect={() => {
                      chosen.current = { match, field, value }
                    }}
                  >
                    Suppress for this {field}…
                    <ShownText text={value} className="ml-auto max-w-36 truncate pl-3 text-small text-ink-3" />
                  </DropdownMenu.Item>
                )
              )
            })}
          </DropdownMenu.Content>
        </DropdownMenu.Root>
      )}
    </div>
  )
}

/** The view that the rule matched, if it is not the entry itself. */
function MatchedAs({ match, entry }: { readonly match: Match; readonly entry: EntryDetail }) {
  const view = match.places[0]?.view
  if (view === undefined) return null
  return (
    <p className="text-small wrap-anywhere text-ink-2">
      as {viewWords(view)}
      <Suspense>
        <ViewText entry={entry} view={view} />
      </Suspense>
    </p>
  )
}

/** The points that the match adds, or why it adds none. */
function Counts({ match, entry }: { readonly match: Match; readonly entry: EntryDetail }) {
  const { slug } = useSession()
  if (match.filtered_by !== null) {
    return (
      <span className="text-warn">
        suppressed by the filter{' '}
        <Link
          to="/o/$org/rules"
          params={{ org: slug }}
          search={{ rule: match.filtered_by.rule_id }}
          className="underline"
        >
          <ShownText text={match.filtered_by.title} />
        </Link>
        , adds no risk
      </span>
    )
  }
  if (!match.contributes) return <>adds no risk itself: it is part of a correlation</>
  if (entry.contributions.some(({ rule_id: id }) => id === match.rule_id)) return <>{exact(match.points)} points</>
  const family = entry.contributions.find((contribution) => contribution.family === match.family)
  if (family === undefined) return <>{exact(match.points)} points, adds no risk</>
  return (
    <>
      adds no risk: only <ShownText text={family.title} /> counts in the family <ShownText text={match.family} />
    </>
  )
}

function Reasons({ match, places }: { readonly match: Match; readonly places: EntryPlaces }) {
  if (match.selections.length === 0) return null
  return (
    <ul className="mt-1 ml-5.5 flex flex-col gap-1 border-l border-line pl-3 text-small">
      {match.selections.map(({ name, parts }) => (
        <li key={name}>
          <ShownText text={name} className="font-mono text-ink-2" />
          {parts.length > 0 && (
            <ul className="pl-3">
              {parts.map((part, at) => (
                // Two parts can show the same, and the list never changes.
                // oxlint-disable-next-line react/no-array-index-key
                <li key={at} className="wrap-anywhere">
                  <PartText part={part} places={places} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  )
}

function PartText({ part, places }: { readonly part: Part; readonly places: EntryPlaces }) {
  const { field, modifiers, value, pattern } = part
  return (
    <>
      <ShownText text={[field ?? 'keyword', ...modifiers].join('|')} className="font-mono text-syntax-key" />{' '}
      {pattern === null ? (
        <span className="text-ink-3">value {exact(value + 1)} in that version of the rule</span>
      ) : (
        <PatternText pattern={pattern} />
      )}
      {part.places.map((place) => {
        const id = places.idOf(place)
        const where = `${exact(place.start)}\u2013${exact(place.end)}`
        const key = `${place.view ?? ''} ${place.field} ${place.pointer ?? ''} ${where}`
        if (id === undefined)
          return (
            <span key={key} className="text-ink-3">
              {' '}
              at {where}
            </span>
          )
        return (
          <button
            key={key}
            type="button"
            className="ml-1.5 min-h-6 rounded-chip px-1 text-accent tabular-nums hover:underline"
            aria-label={`Go to characters ${where} of ${visibleString(place.field)}`}
            onPointerEnter={() => highlight(id, true)}
            onPointerLeave={() => highlight(id, false)}
            onFocus={() => highlight(id, true)}
            onBlur={() => highlight(id, false)}
            onClick={() => goTo(id)}
          >
            {where}
          </button>
        )
      })}
    </>
  )
}

const marksOf = (id: string) => document.querySelectorAll<HTMLElement>(`mark[data-places~="${id}"]`)

/** Highlights a match while its reason has the pointer or the focus, without rendering a long payload again. */
function highlight(id: string, on: boolean): void {
  for (const mark of marksOf(id)) mark.toggleAttribute('data-hot', on)
}

function goTo(id: string): void {
  const [mark] = marksOf(id)
  mark?.scrollIntoView({ block: 'center' })
  mark?.focus({ preventScroll: true })
}
