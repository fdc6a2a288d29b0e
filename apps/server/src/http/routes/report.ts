import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import { accept, type Reporter } from '../../ingest/accept.ts'
import { decodeUtf8, inflateBody } from '../../ingest/read-body.ts'
import { readJsonArray, readNdjson } from '../../ingest/read-json.ts'
import { toReport } from '../../services/logs/report.ts'
import type { Deps } from '../../services/verb.ts'
import { known } from '../requests/json-body.ts'
import { OPTIONS } from './operations.ts'
import type { RequestContext } from '../requests/request-context.ts'

const NDJSON = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'])

/** `POST /api/v1/logs`: takes an array of entries, or NDJSON. */
export function reportRoute(
  app: FastifyInstance,
  deps: Deps<'ingest'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post('/api/v1/logs', OPTIONS, async (request) => {
    const context = contextOf(request)
    const { remoteAddress, holdBody, turn } = context
    const principal = known(context)
    authorise(principal, 'logs.report')
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (type !== 'application/json' && !NDJSON.has(type)) {
      throw new DomainError('unsupported_media_type', {
        say: 'Send an array with content-type application/json, or one entry a line with application/x-ndjson.',
      })
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const body = decodeUtf8(await inflateBody(raw, request.headers['content-encoding'], holdBody))
    const reporter: Reporter = { principal, action: 'logs.report', surface: 'rest', remoteAddress }
    const read = NDJSON.has(type) ? readNdjson : readJsonArray
    const sources = await read(body, turn)
    return toReport(await accept(deps.ingest, reporter, sources, { lenient: false }))
  })
}
