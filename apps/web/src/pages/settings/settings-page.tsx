import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Action } from '@sentinelmesh/api'
import { usePreferences } from '../../preferences.ts'
import { Page } from '../../shell/page.tsx'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'

const SECTIONS = [
  { to: '/o/$org/settings/sources', name: 'Sources' },
  { to: '/o/$org/settings/verdicts', name: 'Verdicts' },
  { to: '/o/$org/settings/mcp', name: 'MCP' },
  { to: '/o/$org/settings/limits', name: 'Limits' },
  { to: '/o/$org/settings/retention', name: 'Retention' },
] as const

interface SettingsPageProps {
  readonly section: (typeof SECTIONS)[number]['name']
  /** The action that it requires, and what it allows, for users who lack it. */
  readonly needs: { readonly action: Action; readonly what: string }
  readonly children: ReactNode
}

/** The frame of every section, with links to the others. */
export function SettingsPage({ section, needs: { action, what }, children }: SettingsPageProps) {
  usePreferences() // re-renders when the time zone changes
  const { slug } = useSession()
  const may = useMay(action)
  return (
    <Page title="Settings" note={section} tools={null}>
      <nav
        aria-label="Settings"
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-5 max-tablet:px-3"
      >
        {SECTIONS.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            params={{ org: slug }}
            className="-mb-px border-b-2 border-transparent px-2 py-2.5 coarse:py-3 text-body font-medium text-ink-2 hover:text-ink"
            activeProps={{ className: 'border-accent! text-ink!', 'aria-current': 'page' }}
          >
            {name}
          </Link>
        ))}
      </nav>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="flex max-w-4xl flex-col gap-7 px-5 pt-5 pb-20 max-tablet:px-4">
          {may ? (
            children
          ) : (
            <p className="text-body text-ink-2">
              {whoMay(action)} can {what}.
            </p>
          )}
        </div>
      </div>
    </Page>
  )
}
