import busboy from 'busboy'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { schemas, toIssues } from '@sentinelmesh/api/server'
import type { Filter, StoredEntry } from '@sentinelmesh/db'
import { accept, onlyAccepted } from '../../ingest/accept.ts'
import { NotJson } from '@sentinelmesh/text/not-json'
import { decodeUtf8, inflateBody, tooLarge } from '../../ingest/read-body.ts'
import { notJson, readJson, readLine } from '../../ingest/read-json.ts'
import { issueTokens } from '../../services/auth/issue-tokens.ts'
import { register } from '../../services/auth/register.ts'
import { rotateTokens } from '../../services/auth/rotate-tokens.ts'
import { summary } from '../../services/stats/summary.ts'
import { entryLists } from '../../services/logs/list-entries.ts'
import type { Deps } from '../../services/verb.ts'
import { leftOut, toLegacyAlerts, toLegacyEntry } from './legacy-entry.ts'
import { legacyList, type LegacyList } from './legacy-list.ts'
import { streamedReplies } from '../replies/streamed-reply.ts'
import type { RequestContext } from '../requests/request-context.ts'

/** The seed's endpoints, byte for byte as its clients need them. The logic is in `services/`. */
export function legacyRoutes(
  app: FastifyInstance,
  deps: Deps<
    | 'auditTally'
    | 'config'
    | 'devices'
    | 'identities'
    | 'ingest'
    | 'passwords'
    | 'setupLink'
    | 'signInAttempts'
    | 'signingKey'
  >,
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
    // The framework would refuse an invalid content type. These routes accept it.
    onRequest: async (request: FastifyRequest) => {
      if (mediaType(request) !== 'application/json') delete request.headers['content-type']
    },
  } as const
  app.post('/log', logOptions, async (request) => {
    const { principal, remoteAddress, holdBody, turn } = contextOf(request)
    if (principal?.type === 'anonymous') requireJson(request)
    const inflated = await inflateBody(bodyOf(request), request.headers['content-encoding'], holdBody)
    if (inflated.length > LIMITS.legacyRequestBytes) throw tooLarge('legacyRequestBytes')
    const source = await readLine(decodeUtf8(inflated), turn)
    if (source.value instanceof NotJson) throw notJson(source.value.reason)
    const reporter = { principal, action: 'logs.report', surface: 'rest', remoteAddress } as const
    const { id, risk, matches, matchesLeftOut, duplicate } = onlyAccepted(
      await accept(deps.ingest, reporter, [source], { lenient: true }),
    )
    return {
      message: duplicate ? 'Log entry was stored before' : 'Log entry stored',
      log_id: id,
      id,
      risk,
      alerts: matches.map(({ ruleId, title, points }) => ({ rule_id: ruleId, message: title, risk: points ?? 0 })),
      ...leftOut(matchesLeftOut),
      ...(duplicate ? { duplicate: true } : {}),
    }
  })

  const lists = entryLists(deps)
  const stream = streamedReplies(app)
  const list = async (reply: FastifyReply, turn: RequestContext['turn'], asked: LegacyList) => {
    const text = await stream({ reply, turn, begin: (signal) => legacyList(lists, asked, signal) })
    reply.raw.setTimeout(LIMITS.exportIdleMs, () => reply.raw.destroy())
    return reply.type('application/json; charset=utf-8').send(text)
  }

  app.get('/logs', { config: { credential: 'needed' } }, async (request, reply) => {
    const { principal, turn } = contextOf(request)
    const { org, orgName } = reader(principal)
    const query = parse(schemas.LegacyListQuery, request.query, 'query')
    const filter: Filter = { now: deps.clock.now() * 1000 }
    return list(reply, turn, {
      org,
      filter,
      query,
      name: 'logs',
      toItem: (entry) => toLegacyEntry(entry, orgName),
      extra: {},
    })
  })

  app.get('/alerts', { config: { credential: 'needed' } }, async (request, reply) => {
    const { principal, turn } = contextOf(request)
    const { org, orgName } = reader(principal)
    const query = parse(schemas.LegacyAlertsQuery, request.query, 'query')
    // Every entry has a risk of 0 or more, so 0 means no filter, and the total is exact.
    const filter: Filter = { now: deps.clock.now() * 1000, minRisk: query.min_risk === 0 ? undefined : query.min_risk }
    const toItem = (entry: StoredEntry) => ({
      ...toLegacyEntry(entry, orgName),
      rule_matches: toLegacyAlerts(entry.fullMatches),
    })
    return list(reply, turn, {
      org,
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
