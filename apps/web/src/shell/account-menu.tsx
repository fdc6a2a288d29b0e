import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { cn } from '../components/layout/class-names.ts'
import { MENU_CLASS, MENU_ITEM_CLASS } from '../components/inputs/menu-class.ts'
import { ShownText } from '../components/text/shown-text.tsx'
import { forgetDrafts } from '../drafts.ts'
import { setPreference, usePreferences } from '../preferences.ts'
import { setTheme, THEMES, useTheme, type Theme } from '../theme.ts'
import { ACCOUNT, AccountFace } from './account-face.tsx'
import { useSession } from './session.tsx'

const THEME_WORDS: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
const DENSITIES = { compact: 'Compact', default: 'Default', relaxed: 'Relaxed' } as const

export function AccountMenu() {
  const { me, client, socket, queries } = useSession()
  const theme = useTheme()
  const { singleLetterKeys, density } = usePreferences()

  function signOut() {
    socket.close()
    client.auth.signOut.mutate().finally(() => {
      queries.clear()
      forgetDrafts()
      window.location.assign('/sign-in') // a full page load, so that nothing of this user stays in memory
    })
  }

  return (
    // Not modal: the scroll lock of a modal menu injects a style sheet, which the content security policy refuses.
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger className={ACCOUNT} aria-label={`Account of ${me.username}`}>
        <AccountFace me={me} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        side="top"
        align="start"
        sideOffset={6}
        collisionPadding={8}
        className={cn(MENU_CLASS, 'min-w-56')}
      >
        <DropdownMenu.Label className="px-2 py-1.5 text-small text-ink-3">
          <ShownText text={me.username} className="font-medium text-ink" />, {me.role} of{' '}
          <ShownText text={me.org.name} />
        </DropdownMenu.Label>
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.Label className="px-2 pt-1 text-micro text-ink-3">Theme</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={theme}>
          {THEMES.map((name) => (
            <Choice key={name} value={name} onSelect={() => setTheme(name)}>
              {THEME_WORDS[name]}
            </Choice>
          ))}
        </DropdownMenu.RadioGroup>
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.Label className="px-2 pt-1 text-micro text-ink-3">Row density</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={density}>
          {(['compact', 'default', 'relaxed'] as const).map((name) => (
            <Choice key={name} value={name} onSelect={() => setPreference('density', name)}>
              {DENSITIES[name]}
            </Choice>
          ))}
        </DropdownMenu.RadioGroup>
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.CheckboxItem
          className={MENU_ITEM_CLASS}
          checked={singleLetterKeys}
          onSelect={(event) => {
            event.preventDefault()
            setPreference('singleLetterKeys', !singleLetterKeys)
          }}
        >
          <Tick />
          Single-letter shortcuts
        </DropdownMenu.CheckboxItem>
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.Item className={cn(MENU_ITEM_CLASS, 'pl-8')} onSelect={signOut}>
          Sign out
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

interface ChoiceProps {
  readonly value: string
  readonly onSelect: () => void
  readonly children: string
}

function Choice({ value, onSelect, children }: ChoiceProps) {
  return (
    <DropdownMenu.RadioItem
      value={value}
      className={MENU_ITEM_CLASS}
      onSelect={(event) => {
        event.preventDefault()
        onSelect()
      }}
    >
      <Tick />
      {children}
    </DropdownMenu.RadioItem>
  )
}

function Tick() {
  return (
    <span className="flex size-4 items-center justify-center">
      <DropdownMenu.ItemIndicator>
        <Check size={14} aria-hidden="true" />
      </DropdownMenu.ItemIndicator>
    </span>
  )
}
