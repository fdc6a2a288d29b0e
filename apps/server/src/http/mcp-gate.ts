import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { body, known } from './json-body.ts'
import type { RequestContext } from './request-context.ts'

const OPTIONS = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } } as const

/** What the MCP proxy asks before it passes something on. */
export function mcpGateRoutes(
  app: FastifyInstance,
  { mcp }: Pick<Services, 'mcp'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post('/api/v1/mcp/verdict', OPTIONS, async (request) => {
    const context = contextOf(request)
    return mcp.judge(known(context), await body(schemas.McpVerdictIn, request, context), context)
  })
  app.post('/api/v1/mcp/definitions', OPTIONS, async (request) => {
    const context = contextOf(request)
    return mcp.define(known(context), await body(schemas.McpDefinitionsIn, request, context), context)
  })
}
