import { afterAll, describe } from 'vitest'
import type * as index from '../index.ts'
import { startPostgres } from '../testing/postgres/postgres-stores.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { openSqliteStores } from '../testing/sqlite-stores.ts'
import { apiKeyStoreConformance } from './api-key-store.conformance.ts'
import { auditStoreConformance } from './audit-store.conformance.ts'
import { chainStoreConformance } from './chain-store.conformance.ts'
import { cursorStoreConformance } from './cursor-store.conformance.ts'
import { erasureStoreConformance } from './erasure-store.conformance.ts'
import { heldCallStoreConformance } from './held-call-store.conformance.ts'
import { identityStoreConformance } from './identity-store.conformance.ts'
import { ingestQuotaStoreConformance } from './ingest-quota-store.conformance.ts'
import { mcpPinStoreConformance } from './mcp-pin-store.conformance.ts'
import { membershipStoreConformance } from './membership-store.conformance.ts'
import { oneTimeTokenStoreConformance } from './one-time-token-store.conformance.ts'
import { orgStoreConformance } from './org-store.conformance.ts'
import { refreshTokenStoreConformance } from './refresh-token-store.conformance.ts'
import { retentionClockStoreConformance } from './retention-clock-store.conformance.ts'
import { retentionStoreConformance } from './retention-store.conformance.ts'
import { ruleSettingsStoreConformance } from './rule-settings-store.conformance.ts'
import { ruleStoreConformance } from './rule-store.conformance.ts'
import { ruleVersionStoreConformance } from './rule-version-store.conformance.ts'
import { setAsideStoreConformance } from './set-aside-store.conformance.ts'
import { signInStoreConformance } from './sign-in-store.conformance.ts'
import { sourcesSeenStoreConformance } from './sources-seen-store.conformance.ts'
import { unaskedSessionsConformance } from './unasked-sessions.conformance.ts'
import { userStoreConformance } from './user-store.conformance.ts'
import { verdictPauseStoreConformance } from './verdict-pause-store.conformance.ts'
import { verdictPolicyStoreConformance } from './verdict-policy-store.conformance.ts'

type StoreName = Extract<keyof typeof index, `${string}Store` | 'unaskedSessions'>

/** A store without a suite does not compile. A suite runs every statement of its store. */
const SUITES: Readonly<Record<StoreName, (open: OpenStores) => void>> = {
  apiKeyStore: apiKeyStoreConformance,
  auditStore: auditStoreConformance,
  chainStore: chainStoreConformance,
  cursorStore: cursorStoreConformance,
  erasureStore: erasureStoreConformance,
  heldCallStore: heldCallStoreConformance,
  identityStore: identityStoreConformance,
  ingestQuotaStore: ingestQuotaStoreConformance,
  mcpPinStore: mcpPinStoreConformance,
  membershipStore: membershipStoreConformance,
  oneTimeTokenStore: oneTimeTokenStoreConformance,
  orgStore: orgStoreConformance,
  refreshTokenStore: refreshTokenStoreConformance,
  retentionClockStore: retentionClockStoreConformance,
  retentionStore: retentionStoreConformance,
  ruleSettingsStore: ruleSettingsStoreConformance,
  ruleStore: ruleStoreConformance,
  ruleVersionStore: ruleVersionStoreConformance,
  setAsideStore: setAsideStoreConformance,
  signInStore: signInStoreConformance,
  sourcesSeenStore: sourcesSeenStoreConformance,
  unaskedSessions: unaskedSessionsConformance,
  userStore: userStoreConformance,
  verdictPauseStore: verdictPauseStoreConformance,
  verdictPolicyStore: verdictPolicyStoreConformance,
}

const postgres = startPostgres()
afterAll(() => postgres.close())

/** The stores contain only portable SQL. The second engine refuses what only SQLite accepts. */
describe.each([
  { engine: 'SQLite', open: openSqliteStores },
  { engine: 'Postgres', open: postgres.open },
])('on $engine', ({ open }) => {
  describe.each(Object.entries(SUITES))('%s', (_store, suite) => {
    suite(open)
  })
})
