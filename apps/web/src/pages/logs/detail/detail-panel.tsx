import type { EntryDetail, Row } from '@sentinelmesh/api'
import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, ArrowRight, Link2, X } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { type ReactNode, type RefObject, useState } from 'react'
import { IconButton } from '../../../components/inputs/button.tsx'
import { copy } from '../../../components/inputs/copy-button.tsx'
import { Entity, KIND_WORDS } from '../../../components/entry/entity.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { TAB_CLASS } from '../../../components/layout/tab-class.ts'
import { FaultNotice } from '../../../components/notices/notice.tsx'
import { BAND_TEXT, BandChip, RiskGlyph } from '../../../components/entry/risk.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { visibleString } from '../../../components/text/visible-text.ts'
import { Bone, SKELETON_AFTER_MS, useAfter } from '../../../components/notices/waiting.tsx'
import { When } from '../../../components/time/when.tsx'
import { toFault } from '../../../fault.ts'
import { usePreferences } from '../../../preferences.ts'
import { dayOf, exactTime, inFull } from '../../../time.ts'
import { useTRPC } from '../../../trpc.ts'
import { DetailTab, JsonTab, RawTab } from './detail-tabs.tsx'
import { PanelHandle } from './panel-handle.tsx'

interface DetailPanelProps {
  readonly id: string
  /** The row from the list, shown until the entry is loaded. */
  readonly row: Row | undefined
  readonly tab: string | undefined
  readonly onTab: (tab: string) => void
  readonly onMove: (step: 1 | -1) => void
  readonly onClose: () => void
  readonly onFilter: (
    field: 'session' | 'context' | 'kind' | 'sender' | 'receiver' | 'rule',
    value: string,
    negate: boolean,
  ) => void
  readonly element: RefObject<HTMLElement | null>
}

const TABS = { detail: 'Detail', json: 'JSON', raw: 'Raw' } as const
type TabName = keyof typeof TABS
const isTab = (tab: string | undefined): tab is TabName => tab !== undefined && Object.hasOwn(TABS, tab)

/** Shows one entry in full. Not modal, so the list next to it stays usable. */
export function DetailPanel({ id, row, tab, onTab, onMove, onClose, onFilter, element }: DetailPanelProps) {
  const trpc = useTRPC()
  const { panelWidth } = usePreferences()
  const entry = useQuery(trpc.logs.get.queryOptions({ id }, { staleTime: Infinity, gcTime: 600_000 }))
  const waiting = useAfter(entry.isPending, SKELETON_AFTER_MS)
  const head = entry.data ?? row
  const shown: TabName = isTab(tab) ? tab : 'detail'
  return (
    <aside
      ref={element}
      tabIndex={-1}
      aria-label="Entry"
      className="relative flex shrink-0 flex-col border-l border-line bg-surface outline-none max-desktop:absolute max-desktop:inset-y-0 max-desktop:right-0 max-desktop:z-20 max-desktop:w-4/5! max-desktop:shadow-float max-tablet:fixed max-tablet:inset-0 max-tablet:z-30 max-tablet:w-full!"
      style={{ width: panelWidth }}
    >
      <PanelHandle />
      <PanelHead head={head} onMove={onMove} onClose={onClose} onFilter={onFilter} />
      {entry.isError ? (
        <NoEntry error={entry.error} onRetry={() => void entry.refetch()} />
      ) : (
        <Tabs.Root value={shown} onValueChange={onTab} className="flex min-h-0 flex-1 flex-col">
          <Tabs.List aria-label="Views of the entry" className="flex gap-4 border-b border-line px-4">
            {Object.entries(TABS).map(([name, word]) => (
              <Tabs.Trigger key={name} value={name} className={cn(TAB_CLASS, 'h-8.5')}>
                {word}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {entry.data === undefined ? waiting && <PanelSkeleton /> : <Contents entry={entry.data} />}
        </Tabs.Root>
      )}
    </aside>
  )
}

function Contents({ entry }: { readonly entry: EntryDetail }) {
  const look = 'relative min-h-0 flex-1 overflow-y-auto px-4 py-3.5 focus-inset'
  return (
    <>
      <Tabs.Content value="detail" className={look}>
        <DetailTab entry={entry} />
      </Tabs.Content>
      <Tabs.Content value="json" className={look}>
        <JsonTab entry={entry} />
      </Tabs.Content>
      <Tabs.Content value="raw" className={look}>
        <RawTab entry={entry} />
      </Tabs.Content>
    </>
  )
}

function PanelHead({
  head,
  onMove,
  onClose,
  onFilter,
}: Pick<DetailPanelProps, 'onMove' | 'onClose' | 'onFilter'> & { readonly head: Row | EntryDetail | undefined }) {
  const [copied, setCopied] = useState(false)
  const at = head === undefined ? 0 : Date.parse(head.at)
  return (
    <div className="px-4 pt-3 pb-2">
      <div className="flex items-center gap-2.5">
        {head !== undefined && (
          <>
            <span className={BAND_TEXT[head.band]}>
              <RiskGlyph band={head.band} size={22} />
            </span>
            <h2 className="text-display tabular-nums">
              <span className="sr-only">Entry with risk </span>
              {head.risk}
            </h2>
            <BandChip band={head.band} />
          </>
        )}
        <div className="ml-auto flex">
          <IconButton icon={ArrowUp} label="Previous entry" keys="k" onClick={() => onMove(-1)} />
          <IconButton icon={ArrowDown} label="Next entry" keys="j" onClick={() => onMove(1)} />
          <IconButton
            icon={Link2}
            label={copied ? 'Link copied' : 'Copy link'}
            keys="y"
            onClick={() => {
              void copy(window.location.href).then(() => setCopied(true))
            }}
          />
          <IconButton icon={X} label="Close" keys="Esc" onClick={onClose} />
        </div>
      </div>
      {head !== undefined && (
        <>
          <div className="mt-1.5 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <span className="flex max-w-full min-w-0 shrink-0 items-center gap-1.5">
              <Entity name={head.sender} kind={head.kind} />
              {head.receiver !== null && (
                <>
                  <ArrowRight size={13} aria-label="to" className="shrink-0 text-ink-3" />
                  <Entity name={head.receiver} kind={head.kind} side="receiver" />
                </>
              )}
            </span>
            <span className="shrink-0 text-small text-ink-2 tabular-nums" title={inFull(at)}>
              {dayOf(at)}, {exactTime(at)}{' '}
              <span className="text-ink-3">
                · <When at={head.at} />
              </span>
            </span>
          </div>
          <div className="mt-2 flex flex-wrap gap-1.5">
            <Chip title={`Filter by kind: ${KIND_WORDS[head.kind]}`} onClick={() => onFilter('kind', head.kind, false)}>
              {KIND_WORDS[head.kind]}
              {head.kind_assumed && ', assumed'}
            </Chip>
            {head.session !== null && (
              <Chip
                title={`Filter by session: ${visibleString(head.session)}`}
                onClick={() => onFilter('session', head.session ?? '', false)}
              >
                Session <ShownText text={head.session} className="truncate" />
              </Chip>
            )}
            {head.context !== null && (
              <Chip
                title={`Filter by context: ${visibleString(head.context)}`}
                onClick={() => onFilter('context', head.context ?? '', false)}
              >
                <ShownText text={head.context} className="truncate" />
              </Chip>
            )}
          </div>
        </>
      )}
    </div>
  )
}

interface ChipProps {
  readonly title: string
  readonly onClick: () => void
  readonly children: ReactNode
}

function Chip({ title, onClick, children }: ChipProps) {
  return (
    <button
      type="button"
      title={title}
      className="inline-flex h-6 max-w-60 items-center gap-1 rounded-chip border border-control px-1.5 text-small text-ink-2 hover:bg-hover hover:text-ink coarse:h-11"
      onClick={onClick}
    >
      {children}
    </button>
  )
}

function NoEntry({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const fault = toFault(error)
  if (fault.code !== 'not_found')
    return <FaultNotice title="This entry could not be loaded" fault={fault} onRetry={onRetry} />
  return (
    <div role="alert" className="px-4 py-8 text-center">
      <p className="text-strong">Entry not found</p>
      <p className="mt-1 text-body text-ink-2">
        It is not in this organization, or it was erased or deleted by the retention policy.
      </p>
    </div>
  )
}

function PanelSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-3 px-4 py-4">
      <span className="sr-only">Loading the entry</span>
      <Bone className="w-20" />
      <Bone className="h-24 w-full" />
      <Bone className="w-28" />
      <Bone className="h-8 w-full" />
      <Bone className="h-8 w-full" />
    </div>
  )
}
