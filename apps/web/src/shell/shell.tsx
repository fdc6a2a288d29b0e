import { Link, useNavigate } from '@tanstack/react-router'
import { FileBraces, LayoutDashboard, type LucideIcon, ScrollText, Settings } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { cn } from '../components/layout/class-names.ts'
import { Keys } from '../components/inputs/button.tsx'
import { Logo } from '../components/layout/logo.tsx'
import { ShownText } from '../components/text/shown-text.tsx'
import { useKeys } from '../keyboard.ts'
import { toggleTheme } from '../theme.ts'
import { AccountButton } from './account-button.tsx'
import { Announcer } from './announcer.tsx'
import { Banners } from './banners.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { IngestCard } from './ingest-card.tsx'
import { HelpContext } from './page.tsx'
import { useSession } from './session.tsx'
import { Toasts } from './toast.tsx'

const PAGES = [
  { to: '/o/$org/overview', name: 'Overview', keys: 'g o', icon: LayoutDashboard },
  { to: '/o/$org/logs', name: 'Logs', keys: 'g l', icon: ScrollText },
  { to: '/o/$org/rules', name: 'Rules', keys: 'g r', icon: FileBraces },
  { to: '/o/$org/settings', name: 'Settings', keys: 'g ,', icon: Settings },
] as const

/** The frame around each page: navigation, stream status, account menu, and banners. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { slug, me } = useSession()
  const navigate = useNavigate()
  const [help, setHelp] = useState(false)
  useKeys([
    ...PAGES.map(({ to, name, keys }) => ({
      keys,
      does: name,
      group: 'Go to',
      run: () => void navigate({ to, params: { org: slug } }),
    })),
    { keys: 't', does: 'Switch between light and dark theme', group: 'Everywhere', run: toggleTheme },
    { keys: '?', does: 'Keyboard shortcuts', group: 'Everywhere', run: () => setHelp(true) },
  ])
  return (
    <Toasts>
      <HelpContext value={() => setHelp(true)}>
        <a
          href="#main"
          className="absolute top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent-solid px-3 py-2 text-body text-accent-on focus:translate-y-0"
        >
          Skip to content
        </a>
        <div className="flex h-dvh flex-col">
          <Banners />
          <div className="flex min-h-0 flex-1 max-tablet:flex-col-reverse">
            <aside
              aria-label="Sidebar"
              className="flex w-54 shrink-0 flex-col border-r border-line bg-canvas px-2 py-3 max-desktop:w-14 max-tablet:h-auto max-tablet:w-full max-tablet:flex-row max-tablet:items-center max-tablet:border-t max-tablet:border-r-0 max-tablet:py-1 max-tablet:pb-[max(4px,env(safe-area-inset-bottom))]"
            >
              <div className="mb-4 flex h-7 items-center gap-2.5 px-1.5 text-strong max-desktop:justify-center max-tablet:hidden">
                <Logo />
                <span className="truncate max-desktop:sr-only" title={me.org.name}>
                  <ShownText text={me.org.name} />
                </span>
              </div>
              <nav aria-label="Pages" className="flex flex-col gap-0.5 max-tablet:flex-1 max-tablet:flex-row">
                {PAGES.map((page) => (
                  <NavLink key={page.to} {...page} slug={slug} />
                ))}
              </nav>
              <div className="mt-auto flex flex-col gap-2 max-tablet:mt-0 max-tablet:flex-row max-tablet:items-center">
                <IngestCard />
                <AccountButton />
              </div>
            </aside>
            <div className="flex min-h-0 min-w-0 flex-1 flex-col">{children}</div>
          </div>
        </div>
        <Announcer />
        {help && <HelpDialog onClose={() => setHelp(false)} />}
      </HelpContext>
    </Toasts>
  )
}

interface NavLinkProps {
  readonly to: (typeof PAGES)[number]['to']
  readonly name: string
  readonly keys: string
  readonly icon: LucideIcon
  readonly slug: string
}

function NavLink({ to, name, keys, icon: Icon, slug }: NavLinkProps) {
  const look =
    'flex h-8 items-center gap-2.5 rounded-control px-2 text-body font-medium max-desktop:justify-center max-desktop:px-0 max-tablet:h-12 max-tablet:flex-1 max-tablet:flex-col max-tablet:gap-0.5 max-tablet:text-micro coarse:h-11'
  return (
    <Link
      to={to}
      params={{ org: slug }}
      activeProps={{
        className: cn(look, 'bg-hover text-ink max-tablet:bg-transparent max-tablet:text-accent'),
        'aria-current': 'page',
      }}
      inactiveProps={{ className: cn(look, 'text-ink-2 hover:bg-hover hover:text-ink') }}
      activeOptions={{ includeSearch: false }}
      title={name}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden="true" className="max-desktop:size-4.5" />
      <span className="max-desktop:max-tablet:not-sr-only max-desktop:sr-only max-tablet:not-sr-only">{name}</span>
      <Keys className="ml-auto border-transparent max-desktop:hidden">{keys}</Keys>
    </Link>
  )
}
