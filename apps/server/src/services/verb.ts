import type { Call, OperationAt, OperationName, OrgId, Principal, PrincipalOrg } from '@sentinelmesh/api'
import { LIMITS, type SystemAction } from '@sentinelmesh/api/constants'
import type { InputOf, Operation, ResultOf } from '@sentinelmesh/api/server'
import type { Database } from '@sentinelmesh/db'
import { slotQueue, type FairQueue, type Owned } from '@sentinelmesh/flow/fair-queue'
import type { Passwords } from '../auth/passwords.ts'
import type { Devices } from '../auth/devices.ts'
import type { Identities } from '../auth/identities.ts'
import type { SetupLink } from '../auth/setup-link.ts'
import type { SignInAttempts } from '../auth/sign-in-attempts.ts'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { RunningConsumer } from '../consumers/run.ts'
import type { Purge } from '../consumers/retention/purge.ts'
import type { JobName, Jobs } from '../jobs/jobs.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { RuleThreads } from '../rule-jobs/rule-threads.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { IngestDeps } from '../ingest/accept.ts'
import type { TraceSessions } from '@sentinelmesh/telemetry'
import { affordableFilters } from '../tail/affordable.ts'
import type { SharedReads } from '../tail/read-shared.ts'
import type { AuditTally } from '../audit/audit-tally.ts'
import type { RetentionTime } from '../consumers/retention/retention-time.ts'
import type { Sources } from '../ingest/sources-seen.ts'
import type { Verdicts } from './verdicts/verdicts.ts'

/** The running consumers by name. */
export type Consumers = { readonly [Name in JobName]?: Pick<RunningConsumer, 'lag' | 'setAside'> }

/** A concurrency limit per organization. */
export type OrgSlots = Pick<FairQueue<Owned<OrgId>>, 'tryEnter'>

/** The concurrency limits of an organization. */
export interface Slots {
  readonly exports: OrgSlots
  readonly backtests: OrgSlots
  /** Backtests over few entries, for callers who may only read. */
  readonly samples: OrgSlots
  /** Limits the cost of tails' filters. */
  readonly filters: ReturnType<typeof affordableFilters>
}

export function slots(): Slots {
  const perOrg = (limit: number): OrgSlots => slotQueue<OrgId>({ perOwner: limit })
  return {
    exports: perOrg(LIMITS.exportsAtOnce),
    backtests: perOrg(LIMITS.backtestsAtOnce),
    samples: perOrg(LIMITS.backtestsAtOnce),
    filters: affordableFilters(),
  }
}

/** The parts of the server that operations use. `start.ts` wires them. */
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
  readonly slots: Slots
  /** Woken when there is something to erase. */
  readonly erasing: { wake(): void }
  readonly sources: Sources
  readonly jobs: Jobs
  readonly retention: { readonly time: RetentionTime } & Pick<Purge, 'withheld'>
  readonly verdicts: Verdicts
  readonly traceSessions: TraceSessions
  readonly consumers: Consumers
  readonly passwords: Passwords
  /** Signs access tokens. */
  readonly signingKey: Buffer
  readonly identities: Identities
  readonly signInAttempts: SignInAttempts
  readonly devices: Devices
  readonly auditTally: AuditTally
  readonly setupLink: SetupLink
  /** True if the agents are simulated. Every page shows it. */
  readonly demo: boolean
  readonly publicOrigin: () => string
  readonly orgBySlug: (slug: string) => Promise<PrincipalOrg | undefined>
}

/** The store, the clock, and the named parts. */
export type Deps<Part extends keyof ServiceDeps = never> = Pick<ServiceDeps, 'clock' | 'database' | Part>

/** A call by an authorized principal, with its organization. */
export interface OrgCall extends Call {
  readonly principal: Principal
  readonly org: OrgId
}

/** A call by the command line on this machine, which belongs to no organization. */
export interface SystemCall extends Call {
  readonly principal: Principal
  readonly org: null
}

type CallOf<Op extends Operation> = Op['action'] extends 'open'
  ? Call
  : Op['action'] extends SystemAction
    ? SystemCall
    : OrgCall

type VerbFor<Op extends Operation, Part extends keyof ServiceDeps> = (
  deps: Deps<Part>,
  call: CallOf<Op>,
  input: InputOf<Op>,
) => ResultOf<Op>

/** The functions for a tree of operations. */
export type VerbsOf<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Operation
    ? VerbFor<Tree[Name], keyof ServiceDeps>
    : VerbsOf<Tree[Name]>
}

/**
/**
 * The function that implements an operation, with the parts that it uses beside the store and the clock, such as
 * `Verb<'apiKeys.create', 'identities'>`. The caller's permission has been checked.
 */
export type Verb<Name extends OperationName, Part extends keyof ServiceDeps = never> = VerbFor<OperationAt<Name>, Part>
