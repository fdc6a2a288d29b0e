import type { PrincipalOrg } from '@sentinelmesh/api'
import type { Database } from '@sentinelmesh/db'
import type { Passwords } from '../auth/passwords.ts'
import type { Devices } from '../auth/devices.ts'
import type { Identities } from '../auth/identities.ts'
import type { SetupLink } from '../auth/setup-link.ts'
import type { SignInAttempts } from '../auth/sign-in-attempts.ts'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Indexer } from '../consumers/indexer.ts'
import type { Purge } from '../consumers/purge.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { RuleThreads } from '../rule-jobs/rule-threads.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { IngestDeps } from '../ingest/accept.ts'
import type { TraceSessions } from '../ingest/mappers/trace-sessions.ts'
import type { SharedReads } from '../tail/read-shared.ts'
import type { AuditTally } from './audit/audit-tally.ts'
import type { RetentionTime } from './retention/retention-time.ts'
import type { Sources } from './sources/seen.ts'
import type { Verdicts } from './verdicts/verdicts.ts'

/** What the product's verbs work with; wired in `start.ts`. */
export interface ServiceDeps {
  readonly config: Config
  readonly clock: Clock
  readonly database: Database
  readonly ruleSets: RuleSets
  readonly ruleThreads: RuleThreads
  readonly costs: Costs
  readonly ingest: IngestDeps
  readonly bus: Bus
  readonly shared: SharedReads
  /** Is told when there is something to erase. */
  readonly erasing: { wake(): void }
  readonly sources: Sources
  readonly jobs: Jobs
  readonly retention: { readonly time: RetentionTime } & Pick<Purge, 'withheld'>
  readonly verdicts: Verdicts
  readonly traceSessions: TraceSessions
  readonly indexer: Pick<Indexer, 'behind'>
  readonly passwords: Passwords
  /** Secret of access tokens. */
  readonly signingKey: Buffer
  readonly identities: Identities
  readonly signInAttempts: SignInAttempts
  readonly devices: Devices
  readonly auditTally: AuditTally
  readonly setupLink: SetupLink
  /** Simulated agents: said on every page. */
  readonly demo: boolean
  readonly publicOrigin: () => string
  readonly orgBySlug: (slug: string) => Promise<PrincipalOrg | undefined>
}

/** The function behind a method of `Services`: it takes what it works with first. */
export type Verb<Method extends (...args: never[]) => unknown> = (
  deps: ServiceDeps,
  ...args: Parameters<Method>
) => ReturnType<Method>
