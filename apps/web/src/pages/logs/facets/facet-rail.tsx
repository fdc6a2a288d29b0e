import { bandsWithin } from '@sentinelmesh/api/constants'
import { chosenValues, FACET_FIELDS, withChosenValues, type ChosenValues, type FacetField } from '@sentinelmesh/query'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type RefObject, useState } from 'react'
import { Button, IconButton } from '../../../components/inputs/button.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { Bone, RefetchBar, SKELETON_AFTER_MS, useAfter } from '../../../components/notices/waiting.tsx'
import { toFault } from '../../../fault.ts'
import { dayAndMinute } from '../../../time.ts'
import { useTRPC } from '../../../trpc.ts'
import { Facet } from './facet.tsx'
import { FEW, MANY } from './facet-lines.ts'
import { windowSearch } from '../logs-search.ts'

interface FacetRailProps {
  readonly q: string
  /** False while the query is invalid; then the previous counts stay. */
  readonly readable: boolean
  readonly from: number | null
  readonly to: number
  /** Overlays the list instead of sitting next to it. */
  readonly over: boolean
  /** Number of entries found, for the button that closes it on small screens. */
  readonly found: ReactNode
  readonly element: RefObject<HTMLElement | null>
  readonly onQuery: (q: string) => void
  readonly onClose: () => void
}

/** A moving time range is recounted at most this often. */
const RECOUNT_MS = 30_000

/** The values of the entries and their counts. Choosing one narrows the search; choosing more widens it. */
export function FacetRail({ q, readable, from, to, over, found, element, onQuery, onClose }: FacetRailProps) {
  const trpc = useTRPC()
  const [all, setAll] = useState<FacetField | null>(null)
  const window = windowSearch(
    from === null ? null : Math.floor(from / RECOUNT_MS) * RECOUNT_MS,
    Math.ceil(to / RECOUNT_MS) * RECOUNT_MS,
  )
  const facets = useQuery(
    trpc.logs.facets.queryOptions(
      { ...(q === '' ? {} : { q }), ...window, limit: all === null ? FEW : MANY },
      { placeholderData: keepPreviousData, staleTime: RECOUNT_MS, enabled: readable },
    ),
  )
  const slow = useAfter(facets.isFetching && facets.data !== undefined, 1_000)
  const waiting = useAfter(facets.isPending, SKELETON_AFTER_MS)
  const { data } = facets
  const fault = facets.isError ? toFault(facets.error) : undefined

  const choose = (field: FacetField, chosen: ChosenValues) => {
    // An invalid query is not overwritten; the search bar shows its error.
    if (readable) onQuery(withChosenValues(q, field, chosen, bandsWithin))
  }

  return (
    // The values handle the arrow keys, Escape, and the toggle.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      ref={element}
      tabIndex={-1}
      aria-label="Facets"
      aria-busy={facets.isFetching}
      data-own-keys
      className={cn(
        'relative flex w-53 shrink-0 flex-col border-r border-line bg-canvas outline-none',
        over && 'absolute inset-y-0 left-0 z-20 shadow-float max-tablet:w-full',
      )}
      onKeyDown={(event) => onKeyDown(event, onClose)}
    >
      <RefetchBar shown={slow} />
      {over && (
        <div className="flex shrink-0 items-center border-b border-line py-1 pr-2 pl-5">
          <h2 className="mr-auto text-strong">Filters</h2>
          <IconButton icon={X} label="Close filters" keys="\" onClick={onClose} />
        </div>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden">
        {data?.incomplete === true && (
          <p role="status" className="border-b border-line px-5 py-2 text-small text-warn">
            Counting stopped at its time limit
            {data.searchedTo === null ? '.' : `, at ${dayAndMinute(Date.parse(data.searchedTo))}.`} Choose a shorter
            time range to count everything.
          </p>
        )}
        {fault !== undefined && data === undefined && fault.code !== 'query_invalid' && (
          <div role="alert" className="px-5 py-3 text-small text-warn">
            <p>The values could not be counted. {fault.message}</p>
            <Button className="mt-2" onClick={() => void facets.refetch()}>
              Try again
            </Button>
          </div>
        )}
        {data === undefined
          ? waiting && fault === undefined && <RailSkeleton />
          : data.facets.map((facet) => (
              <Facet
                key={facet.field}
                facet={facet}
                chosen={chosenValues(q, facet.field, bandsWithin)}
                estimated={data.estimated}
                whole={all === facet.field}
                onWhole={(whole) => setAll(whole ? facet.field : null)}
                onChoose={(chosen) => choose(facet.field, chosen)}
              />
            ))}
      </div>
      {over && (
        <div className="shrink-0 border-t border-line p-3 tablet:hidden">
          <Button look="primary" className="w-full" onClick={onClose}>
            Show {found}
          </Button>
        </div>
      )}
    </aside>
  )
}

/** Inside the rail, arrow keys move from value to value instead of through the list. */
function onKeyDown(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  if (event.key === '\\' || event.key === 'Escape') {
    event.preventDefault()
    onClose()
    return
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const boxes = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input[type=checkbox]')]
  const line = (event.target as HTMLElement).closest('li')
  const at = boxes.findIndex((box) => line?.contains(box))
  const next = boxes[at < 0 ? 0 : at + (event.key === 'ArrowDown' ? 1 : -1)]
  event.preventDefault()
  next?.focus()
}

function RailSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-4 px-5 py-4">
      <span className="sr-only">Counting values</span>
      {FACET_FIELDS.flatMap((field) =>
        ['w-12', 'w-32', 'w-24', 'w-28'].map((width) => <Bone key={`${field} ${width}`} className={width} />),
      )}
    </div>
  )
}
