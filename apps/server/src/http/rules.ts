import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { body, known, parsed } from './json-body.ts'
import { hangUp } from './hang-up.ts'
import { piecewiseReplies } from './piecewise.ts'
import type { RequestContext } from './request-context.ts'

const OPTIONS = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } } as const
type WithId = { Params: { id: string } }

/** `/api/v1/rules`: the same as the procedures `rules.*`, by the same schemas. */
export function rulesRoutes(
  app: FastifyInstance,
  { rules }: Pick<Services, 'rules'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.get('/api/v1/rules', OPTIONS, (request) => {
    const principal = known(contextOf(request))
    authorise(principal, 'rules.read')
    return rules.list(principal, parsed(schemas.RestRulesQuery, request.query, ['query']))
  })
  const piecewise = piecewiseReplies(app)
  app.get('/api/v1/rules.yaml', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const { turn } = context
    const { pieces, documents, settings } = await rules.export(known(context))
    const begin = async function* () {
      yield* pieces
    }
    const text = await piecewise({ reply, turn, begin })
    reply.raw.setTimeout(LIMITS.exportIdleMs, () => reply.raw.destroy())
    return reply
      .type('application/yaml; charset=utf-8')
      .headers({
        'content-disposition': 'attachment; filename="rules.yaml"',
        'x-sentinelmesh-documents': documents,
        'x-sentinelmesh-settings': settings,
      })
      .send(text)
  })
  app.get<WithId>('/api/v1/rules/:id', OPTIONS, (request) => {
    const principal = known(contextOf(request))
    authorise(principal, 'rules.read')
    const { hash } = parsed(schemas.RestRuleQuery, request.query, ['query'])
    return rules.get(principal, { id: request.params.id, hash })
  })

  app.post('/api/v1/rules', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.create(known(context), await body(schemas.RuleCreateIn, request, context), { ...context, signal })
  })
  app.put<WithId>('/api/v1/rules/:id', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.update(known(context), await body(schemas.RuleUpdateIn, request, context, request.params), {
      ...context,
      signal,
    })
  })
  app.patch<WithId>('/api/v1/rules/:id', OPTIONS, async (request) => {
    const context = contextOf(request)
    const { id } = request.params
    const { enabled, ...weight } = await body(schemas.RuleSettingsIn, request, context)
    const isWeighed = weight.level !== undefined || weight.points !== undefined
    if (!isWeighed && enabled === undefined)
      throw new DomainError('invalid_input', {
        issues: [{ loc: [], msg: 'Give enabled, level or points.', type: 'missing' }],
      })
    const weighed = isWeighed ? await rules.override(known(context), { id, ...weight }, context) : undefined
    return enabled === undefined ? weighed : rules.setEnabled(known(context), { id, enabled }, context)
  })
  app.delete<WithId>('/api/v1/rules/:id', OPTIONS, (request) => {
    const context = contextOf(request)
    const principal = known(context)
    authorise(principal, 'rules.write')
    const { expected_hash: hash } = parsed(schemas.RestRemoveQuery, request.query, ['query'])
    return rules.remove(principal, { id: request.params.id, expected_hash: hash }, context)
  })
  app.post<WithId>('/api/v1/rules/:id/release', OPTIONS, (request) => {
    const context = contextOf(request)
    return rules.release(known(context), { id: request.params.id }, context)
  })

  app.post('/api/v1/rules/check', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.check(known(context), await body(schemas.RuleCheckIn, request, context), { signal })
  })
  app.post('/api/v1/rules/try', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.try(known(context), await body(schemas.RuleTryIn, request, context), { signal })
  })
  app.post('/api/v1/rules/filters', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.addFilter(known(context), await body(schemas.FilterAddIn, request, context), { ...context, signal })
  })
  app.post('/api/v1/rules/filters/preview', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.previewFilter(known(context), await body(schemas.FilterPreviewIn, request, context), { signal })
  })
  app.post('/api/v1/rules/filters/confirm', OPTIONS, async (request) => {
    const context = contextOf(request)
    return rules.confirmFilters(known(context), await body(schemas.FiltersConfirmIn, request, context), context)
  })
  app.post('/api/v1/rules/import', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const signal = hangUp(reply)
    return rules.import(known(context), await body(schemas.RulesImportIn, request, context), { ...context, signal })
  })
  backtestRoute(app, rules, contextOf)
}

/** One JSON line an item, as they come. */
function backtestRoute(
  app: FastifyInstance,
  rules: Services['rules'],
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const piecewise = piecewiseReplies(app)
  app.post('/api/v1/rules/backtest', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const principal = known(context)
    const input = await body(schemas.BacktestIn, request, context)
    const text = await piecewise({
      reply,
      turn: context.turn,
      begin: (signal) => lines(rules.backtest(principal, input, { signal, drained: async () => {} })),
    })
    return reply.type('application/x-ndjson').send(text)
  })
}

async function* lines(items: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`
}
