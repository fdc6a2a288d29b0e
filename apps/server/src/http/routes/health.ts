import type { FastifyInstance, FastifyRequest } from 'fastify'
import { DomainError, allows } from '@sentinelmesh/api/constants'
import { isLoopback } from '@sentinelmesh/command-line/addresses'
import type { Config } from '../../config.ts'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import { JOBS } from '../../jobs/jobs.ts'
import type { Metrics } from '../metrics.ts'
import { sayWithheld } from '../../services/settings/notices.ts'
import type { Deps } from '../../services/verb.ts'
import { VERSION } from '../../version.ts'
import type { RequestContext } from '../requests/request-context.ts'

export function healthRoutes(
  app: FastifyInstance,
  deps: Deps<'config' | 'consumers' | 'jobs' | 'retention'>,
  metrics: Metrics,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const { clock, database, config, consumers, jobs, retention } = deps
  const startedMs = clock.now()

  app.get('/health', async () => ({
    status: 'healthy',
    service: 'sentinelmesh-api',
    timestamp: new Date(clock.now()).toISOString(),
    version: VERSION,
    uptime: Math.round((clock.now() - startedMs) / 1000),
  }))

  app.get('/healthz', async () => ({ status: 'alive' }))

  app.get('/readyz', async (_request, reply) => {
    const { failure, queuedEntries, textIndexFailure } = database.health()
    const ready = failure === null
    const failing = jobs.failing()
    const withheld = retention.withheld()
    const following = Object.entries(consumers)
    const hasSetAside = following.some(([, { setAside }]) => setAside() > 0)
    const degraded = failing.length > 0 || withheld !== null || hasSetAside
    return reply.code(ready ? 200 : 503).send({
      // A failing background job does not stop requests, so the server stays ready and names the job.
      status: ready ? (degraded ? 'degraded' : 'ready') : 'not ready',
      store: failure === null ? 'writable' : 'not writable',
      ...(failure === null ? {} : { reason: failure }),
      queued_entries: queuedEntries,
      text_index: textIndexFailure === null ? 'running' : 'restarting',
      ...(textIndexFailure === null ? {} : { text_index_reason: textIndexFailure }),
      text_index_behind_entries: consumers.text_index?.lag().entries ?? 0,
      consumers: following.map(([name, { lag, setAside }]) => {
        const { entries, seconds } = lag()
        return { name, lag_entries: entries, lag_seconds: Math.round(seconds), set_aside_entries: setAside() }
      }),
      failing_jobs: failing.map(({ job, failures, since, reason }) => ({
        job,
        failures,
        since: toIso(since * 1000),
        effect: JOBS[job].effect,
        reason,
      })),
      ...(withheld === null ? {} : { retention: sayWithheld(withheld) }),
    })
  })

  app.get('/metrics', async (request, reply) => {
    const { principal } = contextOf(request)
    if (!isOpen(config, request) && (principal === null || !allows(principal, 'metrics.read'))) {
      throw principal === null ? new DomainError('unauthenticated') : new DomainError('forbidden')
    }
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}

/** True for a direct peer on this machine, without a proxy. */
function isOpen(config: Config, request: FastifyRequest): boolean {
  const peer = request.raw.socket.remoteAddress
  return (
    isLoopback(config.host) &&
    peer !== undefined &&
    isLoopback(peer) &&
    request.headers['x-forwarded-for'] === undefined &&
    request.headers['x-real-ip'] === undefined &&
    request.headers.forwarded === undefined
  )
}
