import { Readable } from 'node:stream'
import busboy from 'busboy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OrgId, Principal } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { schemas, toIssues } from '@sentinelmesh/api/server'
import type { Filter, Position, StoredEntry } from '@sentinelmesh/db'
import { accept, onlyAccepted } from '../ingest/accept.ts'
import { NotJson } from '../ingest/not-json.ts'
import { decodeUtf8, inflateBody, tooLarge } from '../ingest/read-body.ts'
import { notJson, readJson } from '../ingest/read-json.ts'
import { issueTokens } from '../services/auth/issue-tokens.ts'
import { register } from '../services/auth/register.ts'
import { rotateTokens } from '../services/auth/rotate-tokens.ts'
import { readCursor, writeCursor } from '../services/logs/page-cursor.ts'
import { summary } from '../services/stats/summary.ts'
import type { ServiceDeps } from '../services/verb.ts'
import { toLegacyAlerts, toLegacyEntry } from './legacy-entry.ts'
import type { RequestContext } from './request-context.ts'

/** The seed's endpoints, to the letter of what its clients need; what they do is in `services/`. */
export function legacyRoutes(
  app: FastifyInstance,
  deps: ServiceDeps,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post('/register', async (request) => {
    requireJson(request)
    const body = jsonBody(request)
    const input = parse(schemas.Register, body)
    return register(deps, input, contextOf(request).remoteAddress)
  })

  app.post('/token', async (request) => {
    const input = parse(schemas.TokenForm, await formBody(request))
    const { remoteAddress, cookie } = contextOf(request)
    return issueTokens(deps, input, { remoteAddress, deviceCookie: cookie.device })
  })

  app.post('/token/refresh', async (request) =>
    rotateTokens(deps, parse(schemas.RefreshIn, jsonBody(request)).refresh_token, contextOf(request).remoteAddress),
  )

  const logOptions = {
    bodyLimit: LIMITS.legacyRequestBytes,
    config: { credential: 'needed' },
    // Before the framework looks at it: here a content type that is none is no fault.
    onRequest: async (request: FastifyRequest) => {
      if (mediaType(request) !== 'application/json') delete request.headers['content-type']
    },
  } as const
  app.post('/log', logOptions, async (request) => {
    const { principal, remoteAddress, holdBody } = contextOf(request)
    if (principal?.type === 'anonymous') requireJson(request)
    const inflated = await inflateBody(bodyOf(request), request.headers['content-encoding'], holdBody)
    if (inflated.length > LIMITS.legacyRequestBytes) throw tooLarge('legacyRequestBytes')
    const source = readJson(decodeUtf8(inflated))
    if (source.value instanceof NotJson) throw notJson(source.value.reason)
    const reporter = { principal, action: 'logs.report', surface: 'rest', remoteAddress } as const
    const { id, risk, matches, duplicate } = onlyAccepted(
      await accept(deps.ingest, reporter, [source], { lenient: true }),
    )
    return {
      message: duplicate ? 'Log entry was stored before' : 'Log entry stored',
      log_id: id,
      id,
      risk,
      alerts: matches.map(({ ruleId, title, points }) => ({ rule_id: ruleId, message: title, risk: points ?? 0 })),
      ...(duplicate ? { duplicate: true } : {}),
    }
  })

  app.get('/logs', { config: { credential: 'needed' } }, async (request, reply) => {
    const { org, orgName } = reader(contextOf(request).principal)
    const query = parse(schemas.LegacyListQuery, request.query, 'query')
    const filter: Filter = { now: deps.clock.now() * 1000 }
    return list(deps, reply, {
      org,
      orgName,
      filter,
      query,
      name: 'logs',
      toItem: (entry) => toLegacyEntry(entry, orgName),
      extra: {},
    })
  })

  app.get('/alerts', { config: { credential: 'needed' } }, async (request, reply) => {
    const { org, orgName } = reader(contextOf(request).principal)
    const query = parse(schemas.LegacyAlertsQuery, request.query, 'query')
    // Every entry has a risk of 0 or more: no filter, and so the exact total.
    const filter: Filter = { now: deps.clock.now() * 1000, minRisk: query.min_risk === 0 ? undefined : query.min_risk }
    const toItem = (entry: StoredEntry) => ({
      ...toLegacyEntry(entry, orgName),
      rule_matches: toLegacyAlerts(entry.fullMatches),
    })
    return list(deps, reply, {
      org,
      orgName,
      filter,
      query,
      name: 'alerts',
      toItem,
      extra: { min_risk: query.min_risk },
    })
  })

  app.get('/stats', { config: { credential: 'needed' } }, async (request) => {
    const { principal, orgName } = reader(contextOf(request).principal, 'stats.read')
    return { stats: await summary(deps, principal), org: orgName }
  })
}

interface ListOptions {
  readonly org: OrgId
  readonly orgName: string
  readonly filter: Filter
  readonly query: { page?: number | undefined; per_page?: number | undefined; cursor?: string | undefined }
  readonly name: 'logs' | 'alerts'
  readonly toItem: (entry: StoredEntry) => unknown
  readonly extra: Record<string, unknown>
}

/** Rows fetched at a time while a list is streamed. */
const STREAM_ROWS = 200

/**
 * A numbered page where one is asked for; otherwise everything, because the seed's clients add the list up themselves:
 * streamed, and cut with `next_cursor` at a bound. The total is known before the first entry is sent.
 */
async function list(deps: ServiceDeps, reply: FastifyReply, options: ListOptions): Promise<unknown> {
  const { org, filter, query, name, toItem, extra } = options
  const { search } = deps.database
  const total = await search.count(org, filter)
  const about = { total: total.count, ...(total.estimated ? { total_estimated: true } : {}), ...extra }
  const fingerprint = { name, ...extra }
  const order = 'newest' as const

  if (query.page !== undefined || query.per_page !== undefined) {
    const perPage = query.per_page ?? 50
    const page = query.page ?? 1
    const found = await search.page(org, filter, { limit: perPage, order, skip: (page - 1) * perPage, whole: true })
    return { [name]: found.items.map(toItem), ...about, page, per_page: perPage, next_cursor: null }
  }

  const start = query.cursor === undefined ? undefined : readCursor(query.cursor, fingerprint)
  async function* body() {
    yield `{"${name}":[`
    let rows = 0
    let bytes = 0
    let after: Position | undefined = start?.position
    let head = start?.head
    let next: string | null = null
    for (;;) {
      const found = await search.page(org, filter, { limit: STREAM_ROWS, order, after, head, whole: true })
      head = found.head
      for (const entry of found.items) {
        const text = JSON.stringify(toItem(entry))
        bytes += Buffer.byteLength(text)
        if (rows === LIMITS.legacyListRows || bytes > LIMITS.legacyListBytes) {
          next =
            after === undefined
              ? null
              : writeCursor({ ...filter, total, head, direction: 'next', position: after }, fingerprint)
          break
        }
        yield rows === 0 ? text : `,${text}`
        rows += 1
        after = { at: entry.at, seq: entry.seq }
      }
      if (next !== null || found.next === null) break
    }
    yield `],${JSON.stringify({ ...about, page: 1, per_page: 50, next_cursor: next }).slice(1)}`
  }
  return reply.type('application/json; charset=utf-8').send(Readable.from(body()))
}

function reader(principal: Principal | null, action: 'logs.read' | 'stats.read' = 'logs.read') {
  const org = authorise(principal, action)
  if (principal?.org === undefined || principal.org === null) throw new Error('authorise let nobody through')
  return { principal, org, orgName: principal.org.name }
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

function requireJson(request: FastifyRequest): void {
  if (mediaType(request) !== 'application/json')
    throw new DomainError('unsupported_media_type', { say: 'Send this with content-type application/json.' })
}

function jsonBody(request: FastifyRequest): unknown {
  const { value } = readJson(decodeUtf8(bodyOf(request)))
  if (value instanceof NotJson) throw notJson(value.reason)
  return value
}

/** `application/x-www-form-urlencoded` or `multipart/form-data`, text fields only. */
async function formBody(request: FastifyRequest): Promise<Record<string, string>> {
  const type = mediaType(request)
  if (type === 'application/x-www-form-urlencoded')
    return Object.fromEntries(new URLSearchParams(decodeUtf8(bodyOf(request))))
  if (type !== 'multipart/form-data') {
    throw new DomainError('invalid_input', {
      issues: [
        { loc: ['username'], msg: 'username is required, as a form field.', type: 'missing' },
        { loc: ['password'], msg: 'password is required, as a form field.', type: 'missing' },
      ],
    })
  }
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {}
    const malformed = () => reject(new DomainError('invalid_input', { say: 'The form cannot be read.' }))
    try {
      const form = busboy({
        headers: request.headers,
        limits: { fields: 20, fieldSize: 16 * 1024, files: 0, parts: 20 },
      })
      form.on('field', (name, value) => {
        if (name !== '__proto__') fields[name] = value
      })
      form.on('error', malformed)
      form.on('close', () => resolve(fields))
      form.end(bodyOf(request))
    } catch {
      malformed()
    }
  })
}

interface Schema<Output> {
  safeParse(value: unknown): { success: true; data: Output } | { success: false; error: Parameters<typeof toIssues>[0] }
}

function parse<Output>(schema: Schema<Output>, value: unknown, where: 'body' | 'query' = 'body'): Output {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new DomainError('invalid_input', { issues: toIssues(parsed.error, where === 'query' ? ['query'] : []) })
}
