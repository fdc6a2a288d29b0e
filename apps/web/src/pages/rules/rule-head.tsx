import { ArrowLeft, Copy, Ellipsis, Trash2 } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useRef, useState } from 'react'
import { Button, IconButton, Keys } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { MENU_CLASS, MENU_ITEM_CLASS } from '../../components/inputs/menu-class.ts'
import { copy } from '../../components/inputs/copy-button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { BandChip, LEVEL_BANDS } from '../../components/entry/risk.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { Switch } from '../../components/inputs/switch.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { KIND_WORDS, ORIGIN_WORDS, RuleState } from './rule-state.tsx'
import type { RuleDetail } from './rule-types.ts'
import { useRuleAction } from './use-rule-action.ts'

const SAVE_KEY = /Mac|iP/.test(navigator.userAgent) ? '\u2318S' : 'Ctrl S'

interface RuleHeadProps {
  readonly rule: RuleDetail
  readonly edited: boolean
  /** Saving is not possible: no changes, a check in progress, or an error. */
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
  const toast = useToast()
  const mayWrite = useMay('rules.write')
  const [removing, setRemoving] = useState(false)
  const chosen = useRef(false)
  const enable = useRuleAction(client.rules.setEnabled.mutate, 'The rule was not turned on or off')
  const locked = rule.state === 'refused' || rule.state === 'quarantined' || rule.state === 'awaiting'
  const switchOver = async (enabled: boolean) => {
    const done = await enable.run({ id: rule.id, enabled })
    if (done !== undefined)
      toast(enabled ? 'On. It applies from the next entry on' : 'Off. It no longer applies to entries')
  }
  const copyText = async () => {
    try {
      await copy(rule.text)
      toast('Saved text copied')
    } catch {
      toast('The browser blocked copying', 'failed')
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
          {edited && <span className="whitespace-nowrap text-warn">unsaved changes</span>}
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
                  : `${whoMay('rules.write')} can turn rules on and off`
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
              Copy to new rule
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
                // A dialog restores the focus to the element that had it, so open it after the menu has closed.
                setRemoving(chosen.current)
                chosen.current = false
              }}
            >
              <DropdownMenu.Item className={MENU_ITEM_CLASS} onSelect={() => void copyText()}>
                <Copy size={14} strokeWidth={1.75} aria-hidden="true" />
                Copy text
              </DropdownMenu.Item>
              {mayWrite && rule.origin !== 'builtin' && (
                <>
                  <DropdownMenu.Item className={MENU_ITEM_CLASS} onSelect={onCopy}>
                    <Copy size={14} strokeWidth={1.75} aria-hidden="true" />
                    Copy to new rule
                  </DropdownMenu.Item>
                  <DropdownMenu.Separator className="my-1 h-px bg-line" />
                  <DropdownMenu.Item
                    className={`${MENU_ITEM_CLASS} text-danger!`}
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
        {rule.overridden && ', overridden for this organization'}
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
  const toast = useToast()
  const remove = useRuleAction(client.rules.remove.mutate, 'The rule was not removed')
  const word = KIND_WORDS[rule.kind].toLowerCase()
  const store = async () => {
    const removed = await remove.run({ id: rule.id, expected_hash: rule.hash })
    if (removed === undefined) return
    toast(`Removed the ${word} ${rule.id}`)
    onRemoved()
  }
  return (
    <Dialog title={`Remove this ${word}`} onClose={onClose}>
      <p className="text-body text-ink-2">
        <ShownText text={rule.title} className="font-medium text-ink" /> no longer applies to entries. Its matches stay,
        with the version that found them.
        {rule.filters.length > 0 && ' Filters that refer only to it no longer suppress anything.'}
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
      <span className="text-small text-ink-3">kept in this tab until you save it</span>
      <div className="ml-auto flex gap-2">
        <Button look="ghost" onClick={onDiscard}>
          Discard
        </Button>
        <Button look="primary" disabled={blocked} busy={saving} onClick={onSave}>
          Save and turn on <Keys className="border-accent-on/40 text-accent-on!">{SAVE_KEY}</Keys>
        </Button>
      </div>
    </div>
  )
}
