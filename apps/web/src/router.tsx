import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { FullPageNotice } from './components/notices/full-page-notice.tsx'
import { StartPage } from './pages/start-page.tsx'

/** Keeps search parameters as plain text, so that people can read and edit the URL. */
function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') parameters.set(name, value)
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** Keeps the parameters that a page knows. The page itself interprets their values and handles bad ones. */
function only<Name extends string>(...names: readonly Name[]) {
  return (raw: Record<string, unknown>): { [Key in Name]?: string } => {
    const kept: { [Key in Name]?: string } = {}
    for (const name of names) {
      const value = raw[name]
      if (typeof value === 'string') kept[name] = value
    }
    return kept
  }
}

const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <FullPageNotice title="Page not found" link={{ href: '/', text: 'Go to the overview' }}>
      The URL may be incomplete, or from another version of SentinelMesh.
    </FullPageNotice>
  ),
})

const startRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: StartPage })

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: 'setup',
  component: lazyRouteComponent(() => import('./pages/set-up/set-up-page.tsx'), 'SetUpPage'),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: 'sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const orgRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: 'o/$org',
  component: lazyRouteComponent(() => import('./shell/org-frame.tsx'), 'OrgFrame'),
})

const overviewRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: 'overview',
  validateSearch: only('range'),
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
})

const logsRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: 'logs',
  validateSearch: only('q', 'range', 'from', 'to', 'facets', 'log', 'tab'),
  component: lazyRouteComponent(() => import('./pages/logs/logs-page.tsx'), 'LogsPage'),
})

const rulesRoute = createRoute({
  getParentRoute: () => orgRoute,
  path: 'rules',
  validateSearch: only('q', 'status', 'level', 'sort', 'rule', 'tab'),
  component: lazyRouteComponent(() => import('./pages/rules/rules-page.tsx'), 'RulesPage'),
})

const settingsRoute = createRoute({ getParentRoute: () => orgRoute, path: 'settings' })

const settingsStartRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad({ params }) {
    throw redirect({ to: '/o/$org/settings/sources', params, replace: true })
  },
})

const retentionRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'retention',
  component: lazyRouteComponent(() => import('./pages/settings/retention-page.tsx'), 'RetentionPage'),
})

const limitsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'limits',
  component: lazyRouteComponent(() => import('./pages/settings/limits/limits-page.tsx'), 'LimitsPage'),
})

const sourcesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'sources',
  component: lazyRouteComponent(() => import('./pages/settings/sources/sources-page.tsx'), 'SourcesPage'),
})

const verdictsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'verdicts',
  component: lazyRouteComponent(() => import('./pages/settings/verdicts/verdicts-page.tsx'), 'VerdictsPage'),
})

const mcpRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'mcp',
  component: lazyRouteComponent(() => import('./pages/settings/mcp/mcp-page.tsx'), 'McpPage'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    startRoute,
    setUpRoute,
    signInRoute,
    orgRoute.addChildren([
      overviewRoute,
      logsRoute,
      rulesRoute,
      settingsRoute.addChildren([
        settingsStartRoute,
        sourcesRoute,
        verdictsRoute,
        mcpRoute,
        limitsRoute,
        retentionRoute,
      ]),
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
