import { z } from 'zod'
import { ERRORS } from '@sentinelmesh/api/constants'
import { OPERATIONS } from '@sentinelmesh/api/server'
import { VERSION } from '../../version.ts'
import { ABOUT_ROUTES } from './about.ts'
import { routesOf, type DocumentedRoute } from './documented-route.ts'
import { HOOK_ROUTES } from './hooks.ts'
import { LEGACY_ROUTES } from './legacy.ts'
import { MCP_ROUTES } from './mcp.ts'
import { OTLP_ROUTES } from './otlp.ts'

const { logs, verdicts, rules, ruleSettings, settings, erasures, mcpProxy, ...others } = OPERATIONS

/** In display order. */
const ROUTES: readonly DocumentedRoute[] = [
  ...OTLP_ROUTES,
  ...routesOf(logs),
  ...routesOf(verdicts),
  ...HOOK_ROUTES,
  ...routesOf({ rules, ruleSettings }),
  ...routesOf({ settings, erasures }),
  ...routesOf(others),
  ...routesOf(mcpProxy),
  ...MCP_ROUTES,
  ...LEGACY_ROUTES,
  ...ABOUT_ROUTES,
]

/** OpenAPI 3.1, generated from the schemas that the routes themselves parse with. */
export function openApi(publicOrigin: string): Record<string, unknown> {
  const components: Record<string, unknown> = {}
  const schemaOf: SchemaOf = (type, io) => {
    const {
      $schema: _,
      $defs = {},
      ...schema
    } = z.toJSONSchema(type, { io, unrepresentable: 'any', reused: 'inline' }) as Record<string, unknown> & {
      $defs?: Record<string, unknown>
    }
    for (const [name, definition] of Object.entries($defs)) components[name] = relink(definition)
    return relink(schema)
  }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of ROUTES) {
    const { method, path } = route
    paths[path] = { ...paths[path], [method]: described(route, schemaOf) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'SentinelMesh',
      version: VERSION,
      description: 'Takes in what AI agents do, judges it, and shows why.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicOrigin }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token from /token, or an API key.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      schemas: { ...components, Error: ERROR_SCHEMA },
    },
  }
}

/** Adds the referenced schemas to the document's components. */
type SchemaOf = (type: z.ZodType, io: 'input' | 'output') => unknown

const AN_ERROR = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } }
const LATER = {
  headers: { 'Retry-After': { description: 'Seconds to wait before sending it again', schema: { type: 'integer' } } },
}

function described(route: DocumentedRoute, schemaOf: SchemaOf): object {
  const { summary, description, open, body, reply, replyType = 'application/json' } = route
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    ...(open ? { security: [] } : {}),
    parameters: parametersOf(route, schemaOf),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              Object.entries(body).map(([media, type]) => [media, { schema: schemaOf(type, 'input') }]),
            ),
          },
        }),
    responses: {
      '200': {
        description: 'Done',
        ...(reply === undefined ? {} : { content: { [replyType]: { schema: schemaOf(reply, 'output') } } }),
      },
      ...(body === undefined ? {} : { '503': { ...AN_ERROR, ...LATER, description: 'Too much is under way' } }),
      ...(route.isThrottled === true
        ? { '429': { ...AN_ERROR, ...LATER, description: 'The key exceeds its rate, or the organization its quota' } }
        : {}),
      default: { ...AN_ERROR, description: 'An error' },
    },
  }
}

function parametersOf({ path, named = {}, parameters }: DocumentedRoute, schemaOf: SchemaOf): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(named[name] ?? z.string(), 'input'),
  }))
  const inQuery = Object.entries(parameters?.shape ?? {}).map(([name, type]) => ({
    name,
    in: 'query',
    required: !(type as z.ZodType).safeParse(undefined).success,
    // In a query string every number is a string. The output type says what it means.
    schema: schemaOf(type as z.ZodType, 'output'),
  }))
  return [...inPath, ...inQuery]
}

const ERROR_SCHEMA = {
  type: 'object',
  required: ['detail', 'code', 'request_id'],
  properties: {
    detail: {
      description: 'A sentence; for 422 mostly a list of faults.',
      oneOf: [
        { type: 'string' },
        {
          type: 'array',
          items: {
            type: 'object',
            properties: { loc: { type: 'array', items: {} }, msg: { type: 'string' }, type: { type: 'string' } },
          },
        },
      ],
    },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    request_id: { type: 'string' },
  },
}

/** Moves JSON Schema's own definitions to the document's components. */
function relink(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value: unknown) =>
    // `format` makes `pattern` redundant.
    (key === 'id' || key === 'pattern') && typeof value === 'string' ? undefined : value,
  ) as unknown
}
