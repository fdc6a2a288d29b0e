import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Download, Import, Plus, Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { Button, Keys } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { EmptyNotice, FaultNotice } from '../../components/notices/notice.tsx'
import { Select } from '../../components/inputs/select.tsx'
import { useMedia } from '../../components/layout/use-media.ts'
import { Bone, RefetchBar, SKELETON_AFTER_MS, useAfter, useDebounced } from '../../components/notices/waiting.tsx'
import { useDrafts } from '../../drafts.ts'
import { toFault } from '../../fault.ts'
import { counted, exact } from '../../figures.ts'
import { useKeys } from '../../keyboard.ts'
import { Page } from '../../shell/page.tsx'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useTRPC } from '../../trpc.ts'
import { RuleList } from './rule-list.tsx'
import { STATE_WORDS } from './rule-state.tsx'
import {
  canOpen,
  LEVEL_CHOICES,
  listInput,
  QUERY_CHARS,
  readRulesSearch,
  STATUSES,
  type LevelChoice,
  type RulesSearch,
  type RulesView,
  type Status,
  type Tab,
} from './rules-search.ts'
import { useExport } from './use-export.ts'

const route = getRouteApi('/o/$org/rules')
/** Loaded after the list, because nobody opens a rule before seeing it. */
const loadDetail = () => import('./rule-detail.tsx')
const RuleDetail = lazy(async () => ({ default: (await loadDetail()).RuleDetail }))
const NewRule = lazy(async () => ({ default: (await loadDetail()).NewRule }))
const ImportDialog = lazy(async () => ({ default: (await import('./import-dialog.tsx')).ImportDialog }))

const PAGE_ROWS = 200
/** The match counts of the last 24 h change while the page is open. */
const REFETCH_MS = 30_000
const TYPING_MS = 150

const STATUS_OPTIONS = STATUSES.map((value) => ({ value, text: statusText(value) }))
const LEVEL_OPTIONS = LEVEL_CHOICES.map((value) => ({
  value,
  text: value === 'all' ? 'Any level' : value.charAt(0).toUpperCase() + value.slice(1),
}))

function statusText(status: Status): string {
  switch (status) {
    case 'all':
      return 'All rules'
    case 'own':
      return 'Own'
    case 'import':
      return 'Imported'
    case 'builtin':
      return 'Built-in'
    default:
      return STATE_WORDS[status]
  }
}

export function RulesPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const trpc = useTRPC()
  const { slug, client } = useSession()
  const mayWrite = useMay('rules.write')
  const view = readRulesSearch(search)
  const openId = search.rule
  const creating = openId === undefined && view.tab === 'new' && mayWrite
  const showing = openId !== undefined || creating
  const narrow = useMedia('(max-width: 767.9px)')
  const drafts = useDrafts(slug)

  const [typed, setTyped] = useState(view.q)
  const [seen, setSeen] = useState(view.q)
  if (seen !== view.q) {
    // Back or a link changed the search, so it replaces what was typed.
    setSeen(view.q)
    if (typed.trim() !== view.q) setTyped(view.q)
  }
  const debounced = useDebounced(typed, TYPING_MS)
  const asking = listInput({ ...view, q: debounced })
  const list = useInfiniteQuery({
    queryKey: [...trpc.rules.list.queryKey(asking), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.rules.list.query({ ...asking, limit: PAGE_ROWS, offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ next_offset: next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  })
  const rules = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const latest = list.data?.pages.at(-1)
  const waiting = useAfter(list.isPending, SKELETON_AFTER_MS)
  const renewing = useAfter(list.isPlaceholderData, SKELETON_AFTER_MS)

  const [focused, setFocused] = useState<string | null>(openId ?? null)
  const [importing, setImporting] = useState(false)
  const exporting = useExport()
  const input = useRef<HTMLInputElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const detail = useRef<HTMLElement>(null)

  // Until the list answers what is typed, it still shows the rows of an earlier search. Moving into it waits for the
  // answer, so that Enter cannot open a rule that the search excludes.
  const stale = typed !== debounced || list.isPlaceholderData
  const entering = useRef(false)
  useEffect(() => {
    if (stale || !entering.current) return
    entering.current = false
    if (document.activeElement === input.current) focusRow(scroller.current)
  }, [stale])

  const change = (next: RulesSearch, replace = false) =>
    void navigate({ replace, search: (old) => kept({ ...old, ...next }) })
  const open = (id: string | undefined) =>
    change({ rule: id ?? '', ...(id === undefined || creating ? { tab: '' } : {}) }, true)
  const commitQuery = (q: string) => {
    if (q.trim() !== view.q) change({ q: q.trim() })
  }
  const clear = () => {
    setTyped('')
    change({ q: '', status: '', level: '' })
  }

  const move = (step: 1 | -1) => {
    const at = rules.findIndex(({ id }) => id === focused)
    const next = rules[at < 0 ? 0 : at + step]
    if (next === undefined) return
    setFocused(next.id)
    // If a rule is open, moving opens the next one.
    if (openId !== undefined && !narrow) open(next.id)
  }
  const startNew = () => {
    setFocused(null)
    change({ rule: '', tab: 'new' }, true)
  }

  useKeys([
    { keys: '/', does: 'Filter rules', group: 'Search', run: () => input.current?.focus() },
    { keys: 'j  \u2193', does: 'Next rule', group: 'Rules', run: () => move(1) },
    { keys: 'k  \u2191', does: 'Previous rule', group: 'Rules', run: () => move(-1) },
    {
      keys: 'Enter',
      does: 'Open the rule, then move into it',
      group: 'Rules',
      when: () => canOpen(focused, openId, rules),
      run: () => {
        if (focused === null) return
        if (openId === focused) detail.current?.focus()
        else open(focused)
      },
    },
    {
      keys: 'Esc',
      does: 'Back to the list, then close the rule',
      group: 'Rules',
      when: () => showing,
      run: () => {
        if (detail.current?.contains(document.activeElement) !== true || !focusRow(scroller.current)) open(undefined)
      },
    },
    { keys: 'n', does: 'New rule', group: 'Rules', when: () => mayWrite && !narrow, run: startNew },
  ])

  const fault = list.isError && list.data === undefined ? toFault(list.error) : undefined
  return (
    <Page
      title="Rules"
      {...(latest === undefined ? {} : { note: shownOf(latest.total, latest.counts.all) })}
      tools={
        <>
          <Button icon={Download} busy={exporting.busy} className="max-tablet:hidden" onClick={exporting.start}>
            Export
          </Button>
          {mayWrite ? (
            <>
              <Button icon={Import} className="max-tablet:hidden" onClick={() => setImporting(true)}>
                Import Sigma
              </Button>
              <Button icon={Plus} className="max-tablet:hidden" onClick={startNew}>
                New rule <Keys>n</Keys>
              </Button>
            </>
          ) : (
            <span className="text-small text-ink-3 max-desktop:hidden">{whoMay('rules.write')} can change rules.</span>
          )}
        </>
      }
    >
      {view.problems.map((problem) => (
        <p key={problem} role="status" className="px-5 py-1 text-small text-warn">
          {problem}
        </p>
      ))}
      <div className="flex min-h-0 flex-1">
        <section
          aria-label="List of rules"
          className={cn(
            'relative flex w-110 shrink-0 flex-col border-r border-line bg-surface max-desktop:w-full max-desktop:border-r-0',
            showing && 'max-desktop:hidden',
          )}
        >
          <RefetchBar shown={renewing} />
          <div className="flex gap-2 border-b border-line bg-canvas px-3 py-1.5 max-tablet:flex-wrap">
            <div className="flex h-8.5 min-w-0 flex-1 items-center gap-2 rounded-control border border-control bg-surface pr-2 pl-2.5 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-focus max-tablet:basis-full coarse:h-11">
              <Search size={15} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-ink-3" />
              <input
                ref={input}
                type="search"
                aria-label="Filter rules"
                placeholder="Filter rules"
                autoComplete="off"
                spellCheck={false}
                maxLength={QUERY_CHARS}
                value={typed}
                className="min-w-0 flex-1 bg-transparent text-body outline-none placeholder:text-ink-3"
                onChange={(event) => {
                  entering.current = false
                  setTyped(event.target.value)
                }}
                onBlur={() => commitQuery(typed)}
                onKeyDown={(event) => {
                  if (event.nativeEvent.isComposing) return
                  if (event.key === 'Enter') commitQuery(typed)
                  if (event.key === 'Escape') {
                    event.preventDefault()
                    setTyped('')
                    commitQuery('')
                    input.current?.blur()
                  }
                  if (event.key === 'ArrowDown') {
                    event.preventDefault()
                    commitQuery(typed)
                    if (stale) entering.current = true
                    else focusRow(scroller.current)
                  }
                }}
              />
              <Keys className="max-tablet:hidden">/</Keys>
            </div>
            <Select<Status>
              label="State or origin"
              value={view.status}
              options={STATUS_OPTIONS}
              className="w-30 max-tablet:flex-1"
              onChange={(status) => change({ status: status === 'all' ? '' : status })}
            />
            <Select<LevelChoice>
              label="Level"
              value={view.level}
              options={LEVEL_OPTIONS}
              className="w-27 max-tablet:flex-1"
              onChange={(level) => change({ level: level === 'all' ? '' : level })}
            />
          </div>
          {fault !== undefined ? (
            <FaultNotice title="The rules could not be loaded" fault={fault} onRetry={() => void list.refetch()} />
          ) : list.isPending ? (
            waiting && (
              <div role="status">
                <span className="sr-only">Loading rules</span>
                <ListSkeleton />
              </div>
            )
          ) : rules.length === 0 ? (
            <NoRules view={{ ...view, q: debounced }} mayWrite={mayWrite} onClear={clear} onNew={startNew} />
          ) : (
            <RuleList
              rules={rules}
              total={latest?.total ?? rules.length}
              sort={view.sort}
              selectedId={openId}
              focusedId={focused}
              drafts={drafts}
              scroller={scroller}
              onSort={(sort) => change({ sort: sort === 'level' ? '' : sort })}
              onFocus={setFocused}
              onOpen={open}
              onEnd={() => {
                if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
              }}
            />
          )}
        </section>
        <aside
          ref={detail}
          tabIndex={-1}
          aria-label="Rule"
          className={cn('flex min-w-0 flex-1 flex-col bg-surface outline-none', !showing && 'max-desktop:hidden')}
        >
          {!showing ? (
            <div className="m-auto">
              <EmptyNotice title="No rule is open">
                {latest === undefined
                  ? 'Choose one from the list.'
                  : `${counted(latest.counts.on, 'rule is', 'rules are')} on. Choose one to read it, try it on an entry, or change its level and points.`}
              </EmptyNotice>
            </div>
          ) : (
            <Suspense>
              {openId === undefined ? (
                <NewRule onOpen={open} onClose={() => open(undefined)} />
              ) : (
                <RuleDetail
                  key={openId}
                  id={openId}
                  listed={rules.find(({ id }) => id === openId)?.state}
                  tab={view.tab}
                  onTab={(tab: Tab) => change({ tab: tab === 'yaml' ? '' : tab }, true)}
                  onOpen={open}
                  onNew={startNew}
                  onClose={() => open(undefined)}
                />
              )}
            </Suspense>
          )}
        </aside>
      </div>
      {importing && (
        <Suspense>
          <ImportDialog onClose={() => setImporting(false)} />
        </Suspense>
      )}
    </Page>
  )
}

/** Focuses the row that Tab reaches: the one focused before, else the first. Returns whether there is a visible one. */
function focusRow(list: HTMLElement | null): boolean {
  const row = list?.querySelector<HTMLElement>('[role=row][tabindex="0"]')
  row?.focus()
  return row !== undefined && row === document.activeElement
}

/** Placeholder rows with the height of real ones. */
function ListSkeleton() {
  return (
    <div aria-hidden="true" className="pt-7.75">
      {Array.from({ length: 12 }, (_, row) => (
        <div key={row} className="flex h-12.75 items-center gap-3 border-b border-line px-4">
          <Bone className="w-3.5" />
          <div className="flex flex-1 flex-col gap-2">
            <Bone className={row % 3 === 0 ? 'w-1/2' : row % 3 === 1 ? 'w-3/4' : 'w-2/3'} />
            <Bone className="h-2.5 w-1/3" />
          </div>
          <Bone className="w-15" />
          <Bone className="w-6" />
        </div>
      ))}
    </div>
  )
}

interface NoRulesProps {
  readonly view: RulesView
  readonly mayWrite: boolean
  readonly onClear: () => void
  readonly onNew: () => void
}

function NoRules({ view, mayWrite, onClear, onNew }: NoRulesProps) {
  const unfiltered = view.q.trim() === '' && view.level === 'all'
  if (unfiltered && (view.status === 'own' || view.status === 'import')) {
    return (
      <EmptyNotice
        title={view.status === 'own' ? 'No rules of your own yet' : 'No imported rules yet'}
        actions={
          <>
            {mayWrite && view.status === 'own' && (
              <Button look="primary" onClick={onNew}>
                New rule
              </Button>
            )}
            <Button onClick={onClear}>Show all rules</Button>
          </>
        }
      >
        {view.status === 'own'
          ? 'To start from a built-in rule, open it and copy it.'
          : 'You can import Sigma files and folders. A dry run first shows what would load.'}
      </EmptyNotice>
    )
  }
  return (
    <EmptyNotice
      title="No matching rules"
      actions={
        <Button look="primary" onClick={onClear}>
          Show all rules
        </Button>
      }
    >
      {view.q.trim() === ''
        ? 'No rule has this state and level.'
        : 'No title, ID, or tag contains this text with the other filters applied.'}
    </EmptyNotice>
  )
}

/** `51`, or `3 of 51` if the list is filtered. */
function shownOf(total: number, all: number): string {
  return total === all ? exact(all) : `${exact(total)} of ${exact(all)}`
}

/** Drops empty values, so that defaults stay out of the URL. */
function kept(search: RulesSearch): RulesSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''))
}
