import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useEffect, useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { TAB_CLASS } from '../../components/layout/tab-class.ts'
import { FaultNotice } from '../../components/notices/notice.tsx'
import { useMedia } from '../../components/layout/use-media.ts'
import { Bone, SKELETON_AFTER_MS, useAfter } from '../../components/notices/waiting.tsx'
import { NEW_RULE, readDraft, writeDraft, type Draft } from '../../drafts.ts'
import { toFault } from '../../fault.ts'
import { exact } from '../../figures.ts'
import { useMay, useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { useTRPC } from '../../trpc.ts'
import { FiltersTab } from './filters-tab.tsx'
import { NewRuleHead, RuleHead } from './rule-head.tsx'
import { RuleNotices } from './rule-notices.tsx'
import { RuleText, type Checked } from './rule-text.tsx'
import type { CreateInput, RuleDetail as Detail, UpdateInput } from './rule-types.ts'
import type { Tab } from './rules-search.ts'
import { SettingsTab } from './settings-tab.tsx'
import { copiedRule, newRuleText } from './template.ts'
import { TestStrip } from './test-strip.tsx'
import { useRuleAction } from './use-rule-action.ts'
import { useSaveKey } from './use-save-key.ts'
import { VersionsTab } from './versions-tab.tsx'

const REFETCH_MS = 30_000
const NOT_CHECKED: Checked = { problems: [], state: 'checking' }

interface RuleDetailProps {
  readonly id: string
  /** Its state in the list, if it is listed. */
  readonly listed: Detail['state'] | undefined
  readonly tab: Tab
  readonly onTab: (tab: Tab) => void
  readonly onOpen: (id: string | undefined) => void
  readonly onNew: () => void
  readonly onClose: () => void
}

/** One rule: its text, settings, filters, versions, and tests. */
export function RuleDetail({ id, listed, ...rest }: RuleDetailProps) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const rule = useQuery(trpc.rules.get.queryOptions({ id }, { refetchInterval: REFETCH_MS, staleTime: 5_000 }))
  const waiting = useAfter(rule.isPending, SKELETON_AFTER_MS)
  const state = rule.data?.state
  useEffect(() => {
    // The server can change a rule too: it quarantines one that costs too much.
    if (state !== undefined && listed !== undefined && state !== listed)
      void queries.invalidateQueries(trpc.rules.list.pathFilter())
  }, [state, listed, queries, trpc])
  if (rule.data !== undefined) return <OpenRule rule={rule.data} {...rest} />
  if (rule.isError) {
    const fault = toFault(rule.error)
    if (fault.code !== 'not_found')
      return (
        <>
          <ToList onClose={rest.onClose} />
          <FaultNotice title="This rule could not be loaded" fault={fault} onRetry={() => void rule.refetch()} />
        </>
      )
    return (
      <>
        <ToList onClose={rest.onClose} />
        <div role="alert" className="m-auto px-5 py-8 text-center">
          <p className="text-strong">Rule not found</p>
          <p className="mt-1 text-body text-ink-2">It was removed, or it is not in this organization.</p>
        </div>
      </>
    )
  }
  return waiting ? (
    <div role="status" className="flex flex-col gap-3 p-5">
      <span className="sr-only">Loading the rule</span>
      <Bone className="w-40" />
      <Bone className="w-64" />
      <Bone className="mt-4 h-64 w-full" />
    </div>
  ) : null
}

function OpenRule({
  rule,
  tab,
  onTab,
  onOpen,
  onNew,
  onClose,
}: Omit<RuleDetailProps, 'id' | 'listed'> & { readonly rule: Detail }) {
  const { slug, client } = useSession()
  const toast = useToast()
  const narrow = useMedia('(max-width: 767.9px)')
  const mayWrite = useMay('rules.write')
  const editable = mayWrite && rule.origin !== 'builtin' && !narrow
  const [draft, setDraft] = useState<Draft | undefined>(() => (editable ? readDraft(slug, rule.id) : undefined))
  const [opened, setOpened] = useState(0)
  const [checked, setChecked] = useState<Checked>(NOT_CHECKED)
  const text = draft?.text ?? rule.text
  const edited = draft !== undefined
  const outdated = edited && draft.base !== rule.hash
  // If somebody else saved the rule or restored a version, the editor shows that text unless there is a draft. While
  // drafting and after saving, the editor keeps its text, caret, and undo history.
  const [shownHash, setShownHash] = useState(rule.hash)
  if (!edited && shownHash !== rule.hash) {
    setShownHash(rule.hash)
    setOpened((count) => count + 1)
  }

  const save = useRuleAction((input: UpdateInput) => client.rules.update.mutate(input), 'The rule was not saved')

  const keep = (next: Draft | undefined) => {
    setDraft(next)
    writeDraft(slug, rule.id, next ?? null)
  }
  const reopen = (next: Draft | undefined) => {
    keep(next)
    setOpened((count) => count + 1)
  }
  const write = (next: string) => {
    if (next === rule.text) keep(undefined)
    else keep({ text: next, base: draft?.base ?? rule.hash })
    setChecked((old) => ({ ...old, state: 'checking' }))
    save.reset()
  }
  const blocked = !edited || outdated || !mayBeSaved(checked)
  const store = async () => {
    if (blocked || save.busy || draft === undefined) return
    const saved = await save.run({ id: rule.id, text: draft.text, expected_hash: draft.base ?? rule.hash })
    if (saved === undefined) return
    keep(undefined)
    if (saved.text === draft.text) setShownHash(saved.hash)
    toast(`Saved. ${afterSaving(saved.state)}`)
    if (saved.id !== rule.id) onOpen(saved.id)
  }
  useSaveKey(() => void store())
  const copyAsOwn = () => {
    if (readDraft(slug, NEW_RULE) === undefined) writeDraft(slug, NEW_RULE, { text: copiedRule(rule.text), base: null })
    else toast('You have an unsaved new rule. Save or discard it first')
    onNew()
  }

  // Each rule has its own draft. Leaving one keeps it, and says so once.
  useEffect(() => {
    if (!edited) return
    return () => {
      if (readDraft(slug, rule.id) !== undefined) toast(`Your draft of ${rule.id} is kept in this tab`)
    }
  }, [edited, slug, rule.id, toast])

  const count = (items: readonly unknown[]) => (items.length === 0 ? '' : ` ${exact(items.length)}`)
  const tabs: readonly (readonly [Tab, string])[] = [
    ['yaml', 'YAML'],
    ['settings', 'Settings'],
    ['filters', rule.kind === 'filter' ? `Rules${count(rule.refers_to)}` : `Filters${count(rule.filters)}`],
    ['versions', `Versions${count(rule.versions)}`],
  ]
  const shown = tabs.some(([name]) => name === tab) ? tab : 'yaml'
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <RuleHead
        rule={rule}
        edited={edited}
        blocked={blocked}
        saving={save.busy}
        editable={editable}
        onSave={() => void store()}
        onDiscard={() => reopen(undefined)}
        onCopy={copyAsOwn}
        onRemoved={() => {
          writeDraft(slug, rule.id, null)
          onClose()
        }}
        onClose={onClose}
      />
      <RuleNotices
        rule={rule}
        outdated={outdated}
        narrow={narrow}
        onMine={() => keep({ text, base: rule.hash })}
        onTheirs={() => reopen(undefined)}
      />
      <Tabs.Root
        value={shown}
        onValueChange={(name) => onTab(tabs.find(([each]) => each === name)?.[0] ?? 'yaml')}
        className="flex min-h-0 flex-1 flex-col"
      >
        <Tabs.List
          aria-label="Views of the rule"
          className="flex shrink-0 gap-4 border-b border-line px-5 max-tablet:px-4"
        >
          {tabs.map(([name, word]) => (
            <Tabs.Trigger key={name} value={name} className={cn(TAB_CLASS, 'h-8')}>
              {word}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="yaml" className="flex min-h-0 flex-1 flex-col focus-inset" tabIndex={-1}>
          <RuleText
            text={text}
            opened={`${rule.id} ${opened}`}
            saved={rule.text}
            readOnly={!editable}
            plain={narrow}
            checked={{ ...checked, problems: save.fault?.details.ruleProblems ?? checked.problems }}
            onChange={write}
            onSave={() => void store()}
            onChecked={setChecked}
          />
        </Tabs.Content>
        <Tabs.Content value="settings" className="relative min-h-0 flex-1 overflow-y-auto focus-inset">
          <SettingsTab rule={rule} onOpen={onOpen} />
        </Tabs.Content>
        <Tabs.Content value="filters" className="relative min-h-0 flex-1 overflow-y-auto focus-inset">
          <FiltersTab rule={rule} onOpen={onOpen} />
        </Tabs.Content>
        <Tabs.Content value="versions" className="relative min-h-0 flex-1 overflow-y-auto focus-inset">
          <VersionsTab
            rule={rule}
            editable={editable}
            edited={edited}
            onRestore={(old) => {
              reopen({ text: old, base: rule.hash })
              onTab('yaml')
            }}
          />
        </Tabs.Content>
      </Tabs.Root>
      {!narrow && rule.kind !== 'filter' && (
        <TestStrip
          subject={edited ? { text } : { id: rule.id }}
          broken={edited && !mayBeSaved(checked)}
          level={rule.effective_level ?? 'medium'}
        />
      )}
    </div>
  )
}

interface NewRuleProps {
  readonly onOpen: (id: string | undefined) => void
  readonly onClose: () => void
}

/** A rule that was not saved yet. */
export function NewRule({ onOpen, onClose }: NewRuleProps) {
  const { slug, client } = useSession()
  const toast = useToast()
  const [text, setText] = useState(() => readDraft(slug, NEW_RULE)?.text ?? newRuleText())
  const [checked, setChecked] = useState<Checked>(NOT_CHECKED)
  const save = useRuleAction((input: CreateInput) => client.rules.create.mutate(input), 'The rule was not saved')
  const blocked = !mayBeSaved(checked)
  const narrow = useMedia('(max-width: 767.9px)')

  const store = async () => {
    if (blocked || save.busy) return
    const saved = await save.run({ text })
    if (saved === undefined) return
    writeDraft(slug, NEW_RULE, null)
    toast(
      saved.state === 'on' ? `Saved and turned on. ${afterSaving(saved.state)}` : `Saved. ${afterSaving(saved.state)}`,
    )
    onOpen(saved.id)
  }
  useSaveKey(() => void store())
  if (narrow)
    return (
      <>
        <ToList onClose={onClose} />
        <p className="p-4 text-body text-ink-2">Use a larger screen to write a rule.</p>
      </>
    )
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <NewRuleHead
        blocked={blocked}
        saving={save.busy}
        onSave={() => void store()}
        onDiscard={() => {
          writeDraft(slug, NEW_RULE, null)
          onClose()
        }}
      />
      <RuleText
        text={text}
        opened="new"
        saved={null}
        readOnly={false}
        plain={false}
        focused
        checked={{ ...checked, problems: save.fault?.details.ruleProblems ?? checked.problems }}
        onChange={(next) => {
          setText(next)
          writeDraft(slug, NEW_RULE, { text: next, base: null })
          setChecked((old) => ({ ...old, state: 'checking' }))
          save.reset()
        }}
        onSave={() => void store()}
        onChecked={setChecked}
      />
      <TestStrip subject={{ text }} broken={blocked} level="medium" />
    </div>
  )
}

function afterSaving(state: Detail['state']): string {
  if (state === 'on') return 'It applies from the next entry on'
  return state === 'quarantined' ? 'It stays in quarantine until you release it' : 'It does not apply to new entries'
}

/** On narrow screens, the list and the rule are separate views, so an error also needs a way back. */
function ToList({ onClose }: { readonly onClose: () => void }) {
  return (
    <Button look="ghost" icon={ArrowLeft} className="m-2 self-start desktop:hidden" onClick={onClose}>
      Back to the list
    </Button>
  )
}

/** Not during a check: the text to save would not be the text that was checked. */
function mayBeSaved({ problems, state }: Checked): boolean {
  return state !== 'checking' && !problems.some(({ severity }) => severity === 'error')
}
