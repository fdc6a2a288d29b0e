import { z } from 'zod'
import { DomainError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import * as schemas from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

/**
 * An org's rule set. What only asks is a mutation where its input is a text: a query's input travels in the URL.
 * Who may call what stands in `access.ts`; what it does, in the server's `services/rules/`.
 */
export const rules = router({
  list: procedure
    .input(schemas.RulesListIn)
    .output(schemas.RulesListOut)
    .query(({ ctx, input }) => ctx.services.rules.list(ctx.principal, input)),
  get: procedure
    .input(schemas.RuleGetIn)
    .output(schemas.RuleDetail)
    .query(({ ctx, input }) => ctx.services.rules.get(ctx.principal, input)),
  create: procedure
    .input(schemas.RuleCreateIn)
    .output(schemas.RuleDetail)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.create(ctx.principal, input, { ...ctx, signal })),
  update: procedure
    .input(schemas.RuleUpdateIn)
    .output(schemas.RuleDetail)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.update(ctx.principal, input, { ...ctx, signal })),
  remove: procedure
    .input(schemas.RuleRemoveIn)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => ctx.services.rules.remove(ctx.principal, input, ctx)),
  setEnabled: procedure
    .input(schemas.RuleEnableIn)
    .output(schemas.RuleDetail)
    .mutation(({ ctx, input }) => ctx.services.rules.setEnabled(ctx.principal, input, ctx)),
  override: procedure
    .input(schemas.RuleOverrideIn)
    .output(schemas.RuleDetail)
    .mutation(({ ctx, input }) => ctx.services.rules.override(ctx.principal, input, ctx)),
  /** Ends a quarantine: the rule runs again, and its costs are counted from nothing. */
  release: procedure
    .input(z.object({ id: z.string().max(500) }))
    .output(schemas.RuleDetail)
    .mutation(({ ctx, input }) => ctx.services.rules.release(ctx.principal, input, ctx)),
  check: procedure
    .input(schemas.RuleCheckIn)
    .output(schemas.RuleCheckOut)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.check(ctx.principal, input, { signal })),
  try: procedure
    .input(schemas.RuleTryIn)
    .output(schemas.RuleTryOut)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.try(ctx.principal, input, { signal })),
  addFilter: procedure
    .input(schemas.FilterAddIn)
    .output(schemas.RuleDetail)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.addFilter(ctx.principal, input, { ...ctx, signal })),
  previewFilter: procedure
    .input(schemas.FilterPreviewIn)
    .output(schemas.FilterPreviewOut)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.previewFilter(ctx.principal, input, { signal })),
  confirmFilters: procedure
    .input(schemas.FiltersConfirmIn)
    .output(schemas.FiltersConfirmOut)
    .mutation(({ ctx, input }) => ctx.services.rules.confirmFilters(ctx.principal, input, ctx)),
  import: procedure
    .input(schemas.RulesImportIn)
    .output(schemas.RulesImportOut)
    .mutation(({ ctx, input, signal }) => ctx.services.rules.import(ctx.principal, input, { ...ctx, signal })),
  export: procedure.output(schemas.RulesExportOut).query(async ({ ctx }) => {
    const { pieces, ...counts } = await ctx.services.rules.export(ctx.principal)
    let text = ''
    for (const piece of pieces) {
      text += piece
      if (text.length > LIMITS.pageReplyBytes) throw exportTooLarge()
    }
    return { text, ...counts }
  }),
  /** Progress, then one result. Unsubscribing ends the work. REST streams the same as NDJSON. */
  backtest: procedure.input(schemas.BacktestIn).subscription(async function* ({ ctx, input, signal }) {
    const { services, principal, drained } = ctx
    yield* services.rules.backtest(principal, input, { signal: signal ?? new AbortController().signal, drained })
  }),
})

function exportTooLarge(): DomainError {
  return new DomainError('too_large', {
    say: `The rules have more than ${LIMITS.pageReplyBytes} characters (limit pageReplyBytes). Get them from /api/v1/rules.yaml, which streams them.`,
    limit: 'pageReplyBytes',
    allowed: LIMITS.pageReplyBytes,
  })
}
