import { ArrowLeft, Copy, Ellipsis, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useRef, useState } from 'react'
import { Button, IconButton, Keys } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { MENU_CLASS } from '../../components/inputs/menu-class.ts'
import { copy } from '../../components/inputs/copy-button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { BandChip, LEVEL_BANDS } from '../../components/entry/risk.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { Switch } from '../../components/inputs/switch.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useSay } from '../../shell/toast.tsx'
import { KIND_WORDS, ORIGIN_WORDS, RuleState } from './rule-state.tsx'
import type { RuleDetail } from './rule-types.ts'
import { useRuleAction } from './use-rule-action.ts'

const SAVE_KEY = /Mac|iP/.test(navigator.userAgent) ? '\u2318S' : 'Ctrl S'
const ITEM =
  'flex h-8 cursor-default items-center gap-2 rounded-control px-2 text-body text-ink outline-none select-none data-[highlighted]:bg-hover coarse:h-11'

interface RuleHeadProps {
  readonly rule: RuleDetail
  readonly edited: boolean
  /** Nothing can be saved just now: nothing was written, it is being checked, or it has an error. */
  readonly blocked: boolean
  readonly saving: boolean
  readonly editable: boolean
  readonly onSave: () => void
  readonly onDiscard: () => void
  readonly onCopy: () => void
  readonly onRemoved: () => void
  readonly onClose: () => void
}

export function RuleHead({
  rule,
  edited,
  blocked,
  saving,
  editable,
  onSave,
  onDiscard,
  onCopy,
  onRemoved,
  onClose,
}: RuleHeadProps) {
  const { client } = useSession()
  const say = useSay()
  const mayWrite = useMay('rules.write')
  const [removing, setRemoving] = useState(false)
  const chosen = useRef(false)
  const enable = useRuleAction(client.rules.setEnabled.mutate, 'The rule was not switched')
  const locked = rule.state === 'refused' || rule.state === 'quarantined' || rule.state === 'awaiting'
  const switchOver = async (enabled: boolean) => {
    const done = await enable.run({ id: rule.id, enabled })
    if (done !== undefined)
      say(enabled ? 'On. The next entry is judged by it' : 'Off. No entry is judged by it any more')
  }
  const copyText = async () => {
    try {
      await copy(rule.text)
      say('The saved text was copied')
    } catch {
      say('The browser did not allow copying', 'failed')
    }
  }
  return (
    <div className="shrink-0 px-5 pt-2.5 pb-2 max-tablet:px-4">
      <div className="flex min-h-8 flex-wrap items-center gap-x-2.5 gap-y-1">
        <IconButton
          icon={ArrowLeft}
          label="Back to the list"
          keys="Esc"
          className="-ml-2 desktop:hidden"
          onClick={onClose}
        />
        {rule.effective_level !== null && <BandChip band={LEVEL_BANDS[rule.effective_level]} />}
        <span className="flex min-w-0 items-center gap-2 text-body text-ink-2">
          <ShownText text={rule.id} className="truncate font-mono text-small" />
          <RuleState state={rule.state} />
          {edited && <span className="whitespace-nowrap text-warn">edited, not saved</span>}
        </span>
        <div className="ml-auto flex items-center gap-2">
          {rule.kind !== 'correlation' && (
            <Switch
              checked={rule.enabled}
              label={`${KIND_WORDS[rule.kind]} ${visibleString(rule.id)} is on`}
              busy={enable.busy}
              disabled={!mayWrite || locked}
              reason={
                mayWrite
                  ? locked
                    ? 'See the notice below'
                    : undefined
                  : `${whoMay('rules.write')} may switch rules on and off`
              }
              onChange={(enabled) => void switchOver(enabled)}
            />
          )}
          {editable && edited && (
            <Button look="ghost" onClick={onDiscard}>
              Discard
            </Button>
          )}
          {editable && (
            <Button look="primary" disabled={blocked} busy={saving} onClick={onSave}>
              Save <Keys className="border-accent-on/40 text-accent-on!">{SAVE_KEY}</Keys>
            </Button>
          )}
          {!editable && mayWrite && rule.origin === 'builtin' && (
            <Button icon={Copy} className="max-tablet:hidden" onClick={onCopy}>
              Copy as own rule
            </Button>
          )}
          {/* Not modal: the scroll lock of a modal menu injects a style sheet, which the content security policy refuses. */}
          <DropdownMenu.Root modal={false}>
            <DropdownMenu.Trigger asChild>
              <IconButton icon={Ellipsis} label="More" />
            </DropdownMenu.Trigger>
            <DropdownMenu.Content
              align="end"
              sideOffset={4}
              collisionPadding={8}
              className={cn(MENU_CLASS, 'min-w-48')}
              onCloseAutoFocus={() => {
                // Not before: a dialog gives the focus back to what had it, and the menu is gone by then.
                setRemoving(chosen.current)
                chosen.current = false
              }}
            >
              <DropdownMenu.Item className={ITEM} onSelect={() => void copyText()}>
                <Copy size={14} strokeWidth={1.75} aria-hidden="true" />
                Copy the text
              </DropdownMenu.Item>
              {mayWrite && rule.origin !== 'builtin' && (
                <>
                  <DropdownMenu.Item className={ITEM} onSelect={onCopy}>
                    <Copy size={14} strokeWidth={1.75} aria-hidden="true" />
                    Copy as own rule
                  </DropdownMenu.Item>
                  <DropdownMenu.Separator className="my-1 h-px bg-line" />
                  <DropdownMenu.Item
                    className={`${ITEM} text-danger!`}
                    onSelect={() => {
                      chosen.current = true
                    }}
                  >
                    <Trash2 size={14} strokeWidth={1.75} aria-hidden="true" />
                    Remove…
                  </DropdownMenu.Item>
                </>
              )}
            </DropdownMenu.Content>
          </DropdownMenu.Root>
        </div>
      </div>
      <h2 className="mt-0.5 truncate text-strong" title={visibleString(rule.title)}>
        <ShownText text={rule.title} />
      </h2>
      <p className="truncate text-small text-ink-3">
        {ORIGIN_WORDS[rule.origin]} {KIND_WORDS[rule.kind].toLowerCase()}
        {rule.effective_points !== null && `, ${rule.effective_points} points`}
        {rule.overridden && ', changed for this organization'}
        {rule.description !== null && (
          <>
            {'. '}
            <ShownText text={rule.description.replaceAll(/\s+/g, ' ')} />
          </>
        )}
      </p>
      {removing && <RemoveDialog rule={rule} onClose={() => setRemoving(false)} onRemoved={onRemoved} />}
    </div>
  )
}

function RemoveDialog({
  rule,
  onClose,
  onRemoved,
}: {
  readonly rule: RuleDetail
  readonly onClose: () => void
  readonly onRemoved: () => void
}) {
  const { client } = useSession()
  const say = useSay()
  const remove = useRuleAction(client.rules.remove.mutate, 'The rule was not removed')
  const word = KIND_WORDS[rule.kind].toLowerCase()
  const store = async () => {
    const removed = await remove.run({ id: rule.id, expected_hash: rule.hash })
    if (removed === undefined) return
    say(`Removed the ${word} ${rule.id}`)
    onRemoved()
  }
  return (
    <Dialog title={`Remove this ${word}`} onClose={onClose}>
      <p className="text-body text-ink-2">
        <ShownText text={rule.title} className="font-medium text-ink" /> judges no entry any more. Matches that it made
        stay, and name the version that made them.
        {rule.filters.length > 0 && ' Filters that name only it hold nothing back then.'}
      </p>
      <div className="mt-4 flex justify-end gap-2">
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="danger" busy={remove.busy} onClick={() => void store()}>
          Remove {word}
        </Button>
      </div>
    </Dialog>
  )
}

interface NewRuleHeadProps {
  readonly blocked: boolean
  readonly saving: boolean
  readonly onSave: () => void
  readonly onDiscard: () => void
}

export function NewRuleHead({ blocked, saving, onSave, onDiscard }: NewRuleHeadProps) {
  return (
    <div className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-5 py-2">
      <h2 className="text-strong">New rule</h2>
      <span className="text-small text-ink-3">kept in this tab until it is saved; it is on once saved</span>
      <div className="ml-auto flex gap-2">
        <Button look="ghost" onClick={onDiscard}>
          Discard
        </Button>
        <Button look="primary" disabled={blocked} busy={saving} onClick={onSave}>
          Save and switch on <Keys className="border-accent-on/40 text-accent-on!">{SAVE_KEY}</Keys>
        </Button>
      </div>
    </div>
  )
}
