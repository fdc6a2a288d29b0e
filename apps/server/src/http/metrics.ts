import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Surface, Verdict } from '@sentinelmesh/api'
import type { Database } from '@sentinelmesh/db'
import type { BodyPool, BodyRefusal } from './requests/bodies.ts'
import type { ConnectionRefusal } from './requests/connections.ts'
import type { ThrottledBy } from '../ingest/quotas.ts'
import type { HeavyOutcome } from '../judging/judge-threads.ts'
import { JOB_NAMES, type Jobs, type JobState } from '../jobs/jobs.ts'
import type { Consumers } from '../services/verb.ts'
import type { RetentionWait } from '../consumers/retention/retention-time.ts'
import type { Lane } from '../rule-jobs/rule-threads.ts'
import type { VerdictOutcome } from '../services/verdicts/verdicts.ts'
import type { Outcome } from '../threads/job-error.ts'

/** The parts of the running server that the gauges read. */
export interface Observed {
  readonly database: Pick<Database, 'health'>
  readonly sockets: () => number
  readonly consumers: Consumers
  readonly ruleJobsWaiting: () => readonly (readonly [Lane, number])[]
  readonly judgeQueue: () => number
  readonly jobs: Pick<Jobs, 'state'>
  readonly retentionWait: () => RetentionWait | null
  readonly eventLoopLongestMs: () => number
}

/** Prometheus text. Label values come from closed lists only, so a reporter cannot increase the number of series. */
export function metrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const entries = new Counter({
    name: 'sentinelmesh_entries_total',
    help: 'Entries taken in, by surface and outcome.',
    labelNames: ['surface', 'outcome'] as const,
    registers: [registry],
  })
  const requests = new Histogram({
    name: 'sentinelmesh_http_request_seconds',
    help: 'Time to the end of a reply, by route and status class.',
    labelNames: ['route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10],
    registers: [registry],
  })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  const heavy = new Counter({
    name: 'sentinelmesh_heavy_entries_total',
    help: 'Large entries given to judge threads, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [registry],
  })
  const ruleJobs = new Counter({
    name: 'sentinelmesh_rule_jobs_total',
    help: 'Work on rules in worker threads, by lane and by how it ended.',
    labelNames: ['lane', 'outcome'] as const,
    registers: [registry],
  })
  const textIndexEnds = new Counter({
    name: 'sentinelmesh_text_index_ends_total',
    help: 'How often the thread of the full-text index was gone, or could not be started again.',
    registers: [registry],
  })

  const quarantined = new Counter({
    name: 'sentinelmesh_rules_quarantined_total',
    help: 'Rules that were stopped for an organization because they cost too much.',
    registers: [registry],
  })

  const verdicts = new Counter({
    name: 'sentinelmesh_verdicts_total',
    help: 'Inline answers, by surface, by what was answered, and by whether the entry was judged in time and stored.',
    labelNames: ['surface', 'verdict', 'outcome'] as const,
    registers: [registry],
  })

  const headsPublished = new Counter({
    name: 'sentinelmesh_heads_published_total',
    help: 'Attempts to publish the heads of the chains, by target and outcome.',
    labelNames: ['target', 'outcome'] as const,
    registers: [registry],
  })

  const throttled = new Counter({
    name: 'sentinelmesh_throttled_entries_total',
    help: 'Entries that were answered 429, by whose rate was used up.',
    labelNames: ['by'] as const,
    registers: [registry],
  })
  const refused = new Counter({
    name: 'sentinelmesh_refused_total',
    help: 'Bodies and connections that were refused or cut because a limit was reached, by reason.',
    labelNames: ['reason'] as const,
    registers: [registry],
  })
  let openConnections = () => 0
  gauge('sentinelmesh_connections', 'Open connections, WebSockets included.', () => openConnections())
  const bodyBytesOf = new Map<BodyPool, () => number>()
  registry.registerMetric(
    new Gauge({
      name: 'sentinelmesh_body_bytes',
      help: 'Bytes of request bodies that count towards a pool.',
      labelNames: ['pool'] as const,
      registers: [],
      collect() {
        for (const [pool, read] of bodyBytesOf) this.set({ pool }, read())
      },
    }),
  )

  /** Adds the gauges. Call it once, when all parts of the server exist. */
  function observe({
    database,
    sockets,
    consumers,
    ruleJobsWaiting,
    judgeQueue,
    jobs,
    retentionWait,
    eventLoopLongestMs,
  }: Observed): void {
    gauge(
      'sentinelmesh_write_queue_entries',
      'Entries that wait for the writer.',
      () => database.health().queuedEntries,
    )
    gauge('sentinelmesh_write_queue_bytes', 'Bytes that wait for the writer.', () => database.health().queuedBytes)
    gauge(
      'sentinelmesh_last_commit_seconds',
      'Duration of the last commit.',
      () => database.health().lastCommitMs / 1000,
    )
    for (const lane of ['interactive', 'search', 'heavy'] as const) {
      const what = { interactive: 'Quick reads', search: 'Slices of searches', heavy: 'Slices of long searches' }[lane]
      gauge(
        `sentinelmesh_reads_waiting_${lane}`,
        `${what} that wait for a reader.`,
        () => database.health().reads.waiting[lane],
      )
      gauge(
        `sentinelmesh_reads_running_${lane}`,
        `${what} that hold a reader.`,
        () => database.health().reads.running[lane],
      )
    }
    const counter = (name: string, help: string, read: () => number) =>
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset()
          this.inc(read())
        },
      })
    counter(
      'sentinelmesh_reads_cancelled_total',
      'Reads that were stopped because their caller left, or the server stopped.',
      () => database.health().reads.cancelled,
    )
    counter(
      'sentinelmesh_read_steps_total',
      'Steps of work on texts that readers have done for searches.',
      () => database.health().reads.steps,
    )
    counter(
      'sentinelmesh_searches_incomplete_total',
      'Pages, histograms and facets that a limit ended, or that left entries out.',
      () => database.health().reads.incomplete,
    )
    gauge('sentinelmesh_sockets', 'Open WebSockets.', sockets)
    gauge(
      'sentinelmesh_event_loop_longest_ms',
      'Longest time that the event loop was held at once, in the last one to two minutes.',
      eventLoopLongestMs,
    )
    gauge(
      'sentinelmesh_text_index_behind_entries',
      'Entries that the full-text index has not taken in yet; searches read them meanwhile.',
      () => consumers.text_index?.lag().entries ?? 0,
    )
    const byConsumer = (
      name: string,
      help: string,
      value: (consumer: NonNullable<Consumers[keyof Consumers]>) => number,
    ) => {
      const made = new Gauge({
        name,
        help,
        labelNames: ['consumer'] as const,
        registers: [registry],
        collect() {
          for (const [consumer, one] of Object.entries(consumers)) made.set({ consumer }, value(one))
        },
      })
    }
    byConsumer(
      'sentinelmesh_consumer_lag_entries',
      'Entries that a consumer of the log has still to process.',
      ({ lag }) => lag().entries,
    )
    byConsumer(
      'sentinelmesh_consumer_lag_seconds',
      'Time since a consumer was last caught up with every organization; 0 while it is.',
      ({ lag }) => lag().seconds,
    )
    byConsumer(
      'sentinelmesh_consumer_set_aside_entries',
      'Entries that a consumer could not process and went past.',
      ({ setAside }) => setAside(),
    )

    gauge('sentinelmesh_judge_queue_entries', 'Large entries that wait for a judge thread.', judgeQueue)
    gauge(
      'sentinelmesh_retention_clock_ahead_seconds',
      'How far the system clock is ahead of the clock that retention counts from, while it is not followed; else 0.',
      () => (retentionWait()?.aheadMs ?? 0) / 1000,
    )
    const ofJobs = (name: string, help: string, read: (state: JobState) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['job'] as const,
        registers: [registry],
        collect() {
          for (const job of JOB_NAMES) this.set({ job }, read(jobs.state(job)))
        },
      })
    ofJobs(
      'sentinelmesh_job_failures',
      'Failures of a background job since it last succeeded.',
      ({ failures }) => failures,
    )
    ofJobs(
      'sentinelmesh_job_last_success_timestamp_seconds',
      'When a background job last succeeded; 0 before its first success since the start.',
      ({ lastSuccess }) => (lastSuccess ?? 0) / 1000,
    )
    const waiting = new Gauge({
      name: 'sentinelmesh_rule_jobs_waiting',
      help: 'Work on rules that waits for a thread, by lane.',
      labelNames: ['lane'] as const,
      registers: [registry],
      collect() {
        for (const [lane, count] of ruleJobsWaiting()) waiting.set({ lane }, count)
      },
    })
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe,
    accepted(surface: Surface, accepted: number, rejected: number): void {
      entries.inc({ surface, outcome: 'accepted' }, accepted)
      if (rejected > 0) entries.inc({ surface, outcome: 'rejected' }, rejected)
    },
    answered(surface: Surface, verdict: Verdict, outcome: VerdictOutcome): void {
      verdicts.inc({ surface, verdict, outcome })
    },
    headsPublished(target: 'file' | 'url', outcome: 'published' | 'failed'): void {
      headsPublished.inc({ target, outcome })
    },
    judgedHeavy(outcome: HeavyOutcome): void {
      heavy.inc({ outcome })
    },
    ruleJob(lane: Lane, outcome: Outcome): void {
      ruleJobs.inc({ lane, outcome })
    },
    textIndexEnded(): void {
      textIndexEnds.inc()
    },
    refused(reason: BodyRefusal | ConnectionRefusal): void {
      refused.inc({ reason })
    },
    throttled(by: ThrottledBy, count: number): void {
      throttled.inc({ by }, count)
    },
    bodyBytes(pool: BodyPool, read: () => number): void {
      bodyBytesOf.set(pool, read)
    },
    connections(read: () => number): void {
      openConnections = read
    },
    quarantined(): void {
      quarantined.inc()
    },
    request(route: string, status: number, seconds: number): void {
      requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds)
    },
  }
}

export type Metrics = ReturnType<typeof metrics>
