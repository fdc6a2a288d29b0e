import { McpApproveIn, McpPin, McpPinsIn, McpPinsOut } from '../schemas.ts'
import { procedure, router } from '../trpc.ts'

/** What the proxy reports comes over REST: see `http/mcp-gate.ts`. */
export const mcp = router({
  pins: procedure
    .input(McpPinsIn)
    .output(McpPinsOut)
    .query(({ ctx, input }) => ctx.services.mcp.pins(ctx.principal, input)),
  approve: procedure
    .input(McpApproveIn)
    .output(McpPin)
    .mutation(({ ctx, input }) => ctx.services.mcp.approve(ctx.principal, input, ctx)),
})
