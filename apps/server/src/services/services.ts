import type { Services } from '@sentinelmesh/api'
import { create as createKey } from './api-keys/create.ts'
import { list as listKeys } from './api-keys/list.ts'
import { revoke as revokeKey } from './api-keys/revoke.ts'
import { setRate as setKeyRate } from './api-keys/set-rate.ts'
import { setup } from './auth/setup.ts'
import { signIn, signInByLink, signOut } from './auth/sign-in.ts'
import { status } from './auth/status.ts'
import { exportEntries } from './logs/export.ts'
import { facets } from './logs/facets.ts'
import { create as createErasure } from './erasures/create.ts'
import { get as getErasure, list as listErasures } from './erasures/list.ts'
import { get as getEntry } from './logs/get.ts'
import { histogram } from './logs/histogram.ts'
import { importLines } from './logs/import.ts'
import { page } from './logs/page.ts'
import { report } from './logs/report.ts'
import { tail } from './logs/tail.ts'
import { approve as approveMcp } from './mcp-pins/approve.ts'
import { define as defineMcp } from './mcp-pins/define.ts'
import { judge as judgeMcp } from './mcp-pins/judge.ts'
import { pins as mcpPins } from './mcp-pins/pins.ts'
import { servers as mcpServers } from './mcp-pins/servers.ts'
import { get as getOrg } from './org/get.ts'
import { get as getQuota } from './quota/get.ts'
import { update as updateQuota } from './quota/update.ts'
import { acceptClock } from './retention/accept-clock.ts'
import { get as getRetention } from './retention/get.ts'
import { preview as previewRetention } from './retention/preview.ts'
import { update as updateRetention } from './retention/update.ts'
import { notices } from './settings/notices.ts'
import { list as listSources } from './sources/list.ts'
import { unasked } from './sources/unasked.ts'
import { overview } from './stats/overview.ts'
import { create as createUser } from './users/create.ts'
import { check as checkVerdict } from './verdicts/check.ts'
import { policy as getPolicy } from './verdicts/policy.ts'
import { setPolicy } from './verdicts/set-policy.ts'
import { rules } from './rules/rules.ts'
import type { ServiceDeps } from './verb.ts'

/** All that the product does, bound to what it works with. */
export function services(deps: ServiceDeps): Services {
  const bound =
    <Rest extends unknown[], Result>(verb: (deps: ServiceDeps, ...rest: Rest) => Result) =>
    (...rest: Rest): Result =>
      verb(deps, ...rest)
  return {
    auth: {
      status: bound(status),
      setup: bound(setup),
      signIn: bound(signIn),
      signInByLink: bound(signInByLink),
      signOut: bound(signOut),
    },
    org: { get: bound(getOrg) },
    users: { create: bound(createUser) },
    apiKeys: { list: bound(listKeys), create: bound(createKey), revoke: bound(revokeKey), setRate: bound(setKeyRate) },
    logs: {
      report: bound(report),
      import: bound(importLines),
      page: bound(page),
      get: bound(getEntry),
      export: exportEntries(deps),
      histogram: bound(histogram),
      facets: bound(facets),
      tail: tail(deps),
    },
    rules: rules(deps),
    settings: {
      getRetention: bound(getRetention),
      updateRetention: bound(updateRetention),
      previewRetention: bound(previewRetention),
      getQuota: bound(getQuota),
      updateQuota: bound(updateQuota),
      acceptClock: bound(acceptClock),
      notices: bound(notices),
    },
    erasures: { list: bound(listErasures), get: bound(getErasure), create: bound(createErasure) },
    sources: { list: bound(listSources), unasked: bound(unasked) },
    mcp: {
      judge: bound(judgeMcp),
      define: bound(defineMcp),
      pins: bound(mcpPins),
      servers: bound(mcpServers),
      approve: bound(approveMcp),
    },
    stats: { overview: bound(overview) },
    verdicts: { check: bound(checkVerdict), policy: bound(getPolicy), setPolicy: bound(setPolicy) },
  }
}
