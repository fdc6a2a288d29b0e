import { chmodSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type OrgId, type Principal } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { auditStore, erasureList, openSqlite, orgStore } from '@sentinelmesh/db'
import type { CustomEvaluator } from '@sentinelmesh/rules'
import { memoryBus } from './bus.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Config } from './config.ts'
import { startErase } from './consumers/erasure/erase.ts'
import { headsFile, headsUrl, startPublishing } from './consumers/publish-heads.ts'
import { startIndexer } from './consumers/indexer.ts'
import { startPurge } from './consumers/retention/purge.ts'
import { ERASURES_FILE, SETUP_LINK_FILE, type DataFolder } from './data-folder.ts'
import { devices } from './auth/devices.ts'
import { networkOf } from './auth/network.ts'
import { identities } from './auth/identities.ts'
import { passwords } from './auth/passwords.ts'
import { setupLink } from './auth/setup-link.ts'
import { signInAttempts } from './auth/sign-in-attempts.ts'
import { watchEventLoop } from './event-loop.ts'
import { edge } from './http/requests/edge.ts'
import { httpServer } from './http/server.ts'
import { serverLog } from './http/server-log.ts'
import type { IngestDeps } from './ingest/accept.ts'
import { heldCalls } from './ingest/held-calls.ts'
import { quotas } from './ingest/quotas.ts'
import { entryYield } from './judging/entry-yield.ts'
import { judgeThreadCount, judgeThreads } from './judging/judge-threads.ts'
import { traceSessions } from '@sentinelmesh/telemetry'
import { jobs as makeJobs, JOBS } from './jobs/jobs.ts'
import { metrics as makeMetrics } from './http/metrics.ts'
import { costs as watchCosts } from './rule-sets/costs.ts'
import { LANES, ruleThreads as startRuleThreads } from './rule-jobs/rule-threads.ts'
import { ruleSets as makeRuleSets } from './rule-sets/rule-sets.ts'
import { auditTally as countAudit } from './audit/audit-tally.ts'
import { retentionTime } from './consumers/retention/retention-time.ts'
import { services as makeServices } from './services/services.ts'
import { sources as countSources } from './ingest/sources-seen.ts'
import { sayWithheld } from './services/settings/notices.ts'
import { slots, type Consumers, type ServiceDeps } from './services/verb.ts'
import { verdictPauses } from './services/verdicts/pauses.ts'
import { verdictPolicies } from './services/verdicts/policies.ts'
import { sharedReads } from './tail/read-shared.ts'
import { openSockets } from './ws/sockets.ts'

/** The time that sockets have to close before they are cut. The whole stop must take less than 10 s. */
const SOCKET_GOODBYE_MS = 2_000

/** Audit records to read at startup, to learn which users signed in from which networks. */
const SIGN_INS_READ = 20_000

/** Orgs whose rule sets are compiled at startup. Those of other orgs are compiled on first use. */
const WARMED_ORGS = 100

/** The built programs of the worker threads. */
export type WorkerPrograms = Readonly<Record<'writer' | 'reader' | 'text' | 'judge' | 'rules', URL>>

export interface StartOptions {
  readonly config: Config
  readonly folder: DataFolder
  /** `socket`: listens only on the socket in the data folder, for one command, and not on the network. */
  readonly listen: 'network' | 'socket'
  readonly workers: WorkerPrograms
  readonly webFolder: string
  readonly demo?: boolean
  /** Evaluators in code that every org has in addition to the built-in rules. */
  readonly evaluators?: readonly CustomEvaluator[]
  readonly clock?: Clock
  readonly logStream?: NodeJS.WritableStream
}

export interface Running {
  /** The URL of the dashboard and the API. Null if only the socket listens. */
  readonly url: string | null
  readonly deps: ServiceDeps
  readonly log: { info(about: object, message: string): void; error(about: object, message: string): void }
  /** Finishes accepted work, closes sockets with 1001, and releases the folder. */
  close(): Promise<void>
}

/** Creates the server's parts and connects them. Nothing else does. */
export async function start(options: StartOptions): Promise<Running> {
  const { config, folder, listen, workers, webFolder, demo = false, clock = systemClock } = options
  const log = serverLog({ level: config.logLevel, stream: options.logStream })
  const onFault = (fault: unknown, requestId: string) => log.error({ err: fault, request_id: requestId }, 'fault')
  const metrics = makeMetrics()
  const database = await openSqlite({
    file: config.databaseFile,
    workers,
    onTextIndexEnd: (reason, againInMs) => {
      metrics.textIndexEnded()
      log.error(
        { reason, again_in_ms: againInMs },
        'The thread of the full-text index is gone. It is started again; searches read the log meanwhile.',
      )
    },
  })
  const closing: (() => Promise<void> | void)[] = [() => database.close()]
  const closeAll = async () => {
    for (const step of closing.toReversed()) await step()
  }

  try {
    const bus = memoryBus(clock)
    const shared = sharedReads(database.logs)
    const ruleThreads = startRuleThreads({
      program: workers.rules,
      onOutcome: metrics.ruleJob,
    })
    closing.push(() => ruleThreads.close())
    const ruleSets = makeRuleSets({ database, clock, threads: ruleThreads.load, custom: options.evaluators ?? [] })
    let port = config.port
    const gate = edge(config, () => port)
    const orgs = orgStore(database.read)
    const hmacKeys = new Map<OrgId, Promise<Uint8Array>>()

    const jobs = makeJobs(clock, (job, fault) =>
      log.error({ err: fault, job }, `Background job failed: ${JOBS[job].name}. It is tried again.`),
    )
    const indexer = startIndexer({ database, bus, clock, jobs })
    closing.push(() => indexer.stop())
    const consumers: Consumers = { text_index: indexer }
    const eventLoop = watchEventLoop()
    closing.push(() => eventLoop.stop())
    const judging = judgeThreads({
      program: workers.judge,
      threads: judgeThreadCount(),
      onOutcome: metrics.judgedHeavy,
      onFault: (fault) => onFault(fault, 'judging'),
    })
    closing.push(() => judging.close())
    const costs = watchCosts({
      database,
      clock,
      ruleSets,
      inThread: judging.costs,
      onQuarantine: (org, rule, { micros, budgetMicros }) => {
        metrics.quarantined()
        log.warn({ org, rule, micros, budget_micros: budgetMicros }, 'A rule costs too much and was quarantined.')
      },
      jobs,
    })
    closing.push(() => costs.stop())
    const publishing =
      listen === 'network' &&
      startPublishing({
        database,
        clock,
        chainKey: folder.chainKey,
        targets: [
          ...(config.headsFile === null ? [] : [headsFile(config.headsFile)]),
          ...(config.headsUrl === null ? [] : [headsUrl(config.headsUrl)]),
        ],
        everyMs: config.headsEveryMinutes * 60_000,
        onPublished: (target, heads) => {
          metrics.headsPublished(target, 'published')
          log.info({ target, heads }, 'heads published')
        },
        jobs,
        onFault: (target) => metrics.headsPublished(target, 'failed'),
      })
    // Publishing stops after all accepted entries are stored, so that the last heads cover them.
    if (publishing) closing.push(() => publishing.stop())
    const ingest: IngestDeps = {
      logs: database.logs,
      ruleSets,
      costs,
      turns: entryYield(),
      threads: judging,
      announce(org) {
        shared.advanced(org)
        bus.announce(org)
      },
      clock,
      quotas: quotas({ database, clock, onThrottled: metrics.throttled }),
      heldCalls: heldCalls({ database, clock }),
      hmacKey(org) {
        const known =
          hmacKeys.get(org) ?? orgs.hmacKey(org).then((key) => key ?? Promise.reject(new DomainError('not_found')))
        hmacKeys.set(org, known)
        known.catch(() => hmacKeys.delete(org))
        return known
      },
      onAccepted: metrics.accepted,
    }
    const sources = countSources({ database, clock, jobs })
    closing.push(() => sources.stop())
    const auditTally = countAudit({ database, clock, jobs })
    closing.push(() => auditTally.stop())
    const onRemoved = (org: OrgId) => {
      shared.forget(org)
      bus.announce(org)
    }
    const erasing = startErase({
      database,
      clock,
      list: erasureList(join(folder.path, ERASURES_FILE)),
      hmacKey: ingest.hmacKey,
      onErased: onRemoved,
      jobs,
    })
    closing.push(() => erasing.stop())
    const time = retentionTime({ database, clock })
    const purge = startPurge({
      database,
      clock,
      jobs,
      time,
      retentionDays: config.retentionDays,
      builtinRules: [...ruleSets.builtin.keys()],
      onPurged: onRemoved,
      onWithheld: (wait) =>
        wait === null
          ? log.info('Retention deletes by age again.')
          : log.warn({ ahead_ms: wait.aheadMs }, sayWithheld(wait)),
    })
    closing.push(() => purge.stop())
    const deps: ServiceDeps = {
      config,
      clock,
      database,
      ruleSets,
      ruleThreads,
      costs,
      ingest,
      bus,
      shared,
      slots: slots(),
      erasing,
      sources,
      jobs,
      retention: { time, withheld: purge.withheld },
      verdicts: {
        policies: verdictPolicies(database),
        pauses: verdictPauses({ database, clock }),
        answered: metrics.answered,
      },
      traceSessions: traceSessions(clock),
      consumers,
      passwords: passwords(),
      signingKey: folder.signingKey,
      identities: identities({ database, clock, signingKey: folder.signingKey }),
      signInAttempts: signInAttempts(clock),
      auditTally,
      devices: devices({ clock, signingKey: folder.signingKey }),
      setupLink: setupLink({ database, clock, onEnd: () => folder.remove(SETUP_LINK_FILE) }),
      demo,
      publicOrigin: () => gate.publicOrigin,
      orgBySlug: (slug) => orgs.bySlug(slug),
    }
    const services = makeServices(deps)
    const http = await httpServer({
      deps,
      services,
      metrics,
      gate,
      port: () => port,
      webFolder,
      log,
      system: (slug) => systemPrincipal(orgs, slug),
    })
    const { app, socketServer } = http
    closing.push(() => app.close())
    // Runs before the steps above: refuses work that waits for a thread, so that its requests end.
    closing.push(() => judging.stop())

    const sockets = listen === 'network' ? openSockets({ server: app.server, http, deps, services, onFault }) : null
    closing.push(() => sockets?.close(SOCKET_GOODBYE_MS))
    metrics.observe({
      database,
      eventLoopLongestMs: eventLoop.longestMs,
      sockets: () => sockets?.count() ?? 0,
      consumers,
      jobs,
      retentionWait: time.waiting,
      judgeQueue: judging.waiting,
      ruleJobsWaiting: () => LANES.map((lane) => [lane, ruleThreads[lane].waiting()]),
    })

    let url: string | null = null
    if (listen === 'network') {
      await app.listen({ host: config.host, port: config.port })
      port = (app.server.address() as AddressInfo).port
      url = gate.publicOrigin
    }

    rmSync(folder.socket, { force: true })
    await new Promise<void>((resolve, reject) => {
      socketServer.once('error', reject)
      socketServer.listen(folder.socket, resolve)
    })
    chmodSync(folder.socket, 0o600)
    closing.push(
      () =>
        new Promise<void>((resolve) => {
          socketServer.close(() => resolve())
          socketServer.closeIdleConnections()
        }),
    )

    if (config.anonymousOrg !== null) {
      log.warn(
        { org: config.anonymousOrg },
        'Everyone on this machine can report to and read this organization without a credential: SENTINELMESH_ANONYMOUS_ORG is set.',
      )
    }

    await rememberSignIns().catch((fault: unknown) => onFault(fault, 'sign-ins'))
    /** Keeps users known across a restart, so that they can sign in while their network is flooded. */
    async function rememberSignIns(): Promise<void> {
      for (const { username, remoteAddress } of await auditStore(database.read).recentSignIns(SIGN_INS_READ))
        deps.signInAttempts.know({ username, network: networkOf(remoteAddress) })
    }

    // A command needs the rules of one org at most.
    const warmed = (listen === 'network' ? warm() : Promise.resolve()).catch((fault: unknown) => {
      // When the server stops, the threads that compile end first.
      if (!http.isStopping()) onFault(fault, 'rule sets')
    })
    closing.push(() => warmed)
    /** Compiles the rules and verdict policies of orgs before their first entry needs them, one org at a time. */
    async function warm(): Promise<void> {
      for (const { id } of (await orgs.list()).slice(0, WARMED_ORGS)) {
        if (http.isStopping()) return
        await Promise.all([ruleSets.of(id), deps.verdicts.policies.of(id)])
      }
    }

    // Runs first: requests that wait for a job are answered, so that their connections can be closed.
    closing.push(() => ruleThreads.close())

    let closed: Promise<void> | undefined
    return {
      url,
      deps,
      log,
      close() {
        http.stop()
        // Clients that wait for a search are answered at once, and no search delays the stop.
        database.endSearches()
        closed ??= closeAll().finally(() => folder.release())
        return closed
      },
    }
  } catch (error) {
    await closeAll().catch(() => undefined)
    throw error
  }
}

/** The principal of the socket in the data folder, with the requested org, or the only org if none is requested. */
async function systemPrincipal(orgs: ReturnType<typeof orgStore>, slug: string | null): Promise<Principal> {
  if (slug !== null) {
    const org = (await orgs.bySlug(slug)) ?? (await orgs.byName(slug))
    if (org === undefined)
      throw new DomainError('not_found', { say: `There is no organization ${JSON.stringify(slug)}.` })
    return { type: 'system', org, name: 'cli' }
  }
  const [only, ...others] = await orgs.list()
  return { type: 'system', org: others.length === 0 ? (only ?? null) : null, name: 'cli' }
}
