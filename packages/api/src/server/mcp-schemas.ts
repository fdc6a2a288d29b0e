import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { VERDICTS } from '../entry.ts'
import { Unasked } from './verdict-schemas.ts'
import { Instant, Kind } from './words.ts'

/** Requests of the MCP proxy and their replies, in snake case like all of REST. */

const name = z.string().max(LIMITS.mcpNameChars)
const DefinitionKind = z.enum(['tool', 'prompt', 'instructions'])

/** The proxied server, under the name that was configured for it. */
export const McpServer = z.strictObject({
  name: name.min(1),
  transport: z.enum(['stdio', 'http']),
  /** Command and arguments, or origin and path. This identifies a server, whatever it calls itself. */
  target: z.string().min(1).max(LIMITS.mcpTargetChars),
})
export type McpServer = z.infer<typeof McpServer>

/** An entry that the proxy read from a message. Texts are truncated rather than refused, as in telemetry. */
export const McpEntryIn = z.strictObject({
  kind: Kind,
  sender: z.string().min(1),
  receiver: z.string().nullable(),
  session: z.string().nullable(),
  context: z.string().nullable(),
  payload: z.strictObject({ type: z.enum(['text', 'json']), text: z.string() }),
  /** Microseconds since 1970, by the proxy's clock. */
  at: z.number().int().nullable(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  anchor: z.string().nullable(),
  /** The outcome if it was decided without a verdict; null if it is still open or does not apply. */
  late: z.enum(['passed', 'refused']).nullable(),
  /** The definition that a call uses, with the hash that this connection last saw. */
  rests: z.strictObject({ kind: DefinitionKind, name: z.string(), hash: z.string().nullable() }).nullable(),
})
export type McpEntryIn = z.infer<typeof McpEntryIn>

export const McpVerdictIn = z
  .strictObject({
    server: McpServer,
    /** The proxy waits for the verdict, so the policy's time budget applies. */
    waits: z.boolean(),
    entries: z.array(McpEntryIn).min(1).max(LIMITS.mcpEntries),
  })
  .meta({ id: 'McpVerdictIn' })
export type McpVerdictIn = z.infer<typeof McpVerdictIn>

const Verdict = z.enum(VERDICTS)

export const McpVerdict = z.object({
  verdict: Verdict,
  /** In dry run: the verdict that enforcement would have returned. */
  would: Verdict.optional(),
  /** With the verdict `ask`: what to do, because the proxy can ask nobody. */
  unasked: Unasked.optional(),
  log_id: z.string().nullable(),
  risk: z.number().int().nullable(),
  /** From a fixed template. Quotes the matched words of a call, and never a result. */
  reason: z.string().nullable(),
})
export type McpVerdict = z.infer<typeof McpVerdict>

export const McpVerdictOut = z
  .object({
    /** False in dry run, when nothing needs to wait for a verdict. */
    enforcing: z.boolean(),
    /** One per entry, in order. */
    results: z.array(McpVerdict),
  })
  .meta({ id: 'McpVerdictOut' })
export type McpVerdictOut = z.infer<typeof McpVerdictOut>

export const McpDefinitionsIn = z
  .strictObject({
    server: McpServer,
    definitions: z
      .array(z.strictObject({ kind: DefinitionKind, name: z.string(), entry: McpEntryIn }))
      .max(LIMITS.mcpEntries),
    /** With the last page of a list: all names of this kind that the server currently has. */
    listed: z.strictObject({ kind: DefinitionKind, names: z.array(z.string()).max(LIMITS.mcpNames) }).nullable(),
  })
  .meta({ id: 'McpDefinitionsIn' })
export type McpDefinitionsIn = z.infer<typeof McpDefinitionsIn>

export const McpDefinitionsOut = z
  .object({
    enforcing: z.boolean(),
    results: z.array(
      McpVerdict.extend({
        kind: DefinitionKind,
        name: z.string(),
        /** SHA-256 over its canonical JSON, hex. */
        hash: z.string(),
        /** `unpinned`: the server has more definitions than are pinned. */
        status: z.enum(['new', 'same', 'changed', 'unpinned']),
      }),
    ),
  })
  .meta({ id: 'McpDefinitionsOut' })
export type McpDefinitionsOut = z.infer<typeof McpDefinitionsOut>

/** One observed version of a definition. */
export const McpPin = z
  .object({
    /** The MCP server's id, which `approve` needs if two servers have the same name. */
    server_id: z.string(),
    server: z.string(),
    target: z.string(),
    kind: DefinitionKind,
    /** Empty for instructions. */
    name: z.string(),
    hash: z.string(),
    /** `pinned`: as first seen. `waiting`: a change that is not approved yet. */
    state: z.enum(['pinned', 'approved', 'waiting']),
    /** For a waiting version: the change, with removed words in [-…-] and added ones in {+…+}. */
    diff: z.string().nullable(),
    /** False after a complete list of the server did not have it. */
    listed: z.boolean(),
    first_seen_at: Instant,
    last_seen_at: Instant,
    decided_at: Instant.nullable(),
    decided_by: z.string().nullable(),
  })
  .meta({ id: 'McpPin' })
export type McpPin = z.infer<typeof McpPin>

export const McpPinsIn = z.strictObject({
  /** By name or id. */
  server: z.string().max(LIMITS.mcpNameChars).optional(),
  state: McpPin.shape.state.optional(),
  /** `next_offset` of the previous page. */
  offset: z.number().int().min(0).max(10_000_000).default(0),
})

export const McpPinsOut = z.object({
  items: z.array(McpPin),
  /** There are more definitions than are listed. */
  more: z.boolean(),
  /** The offset of the next page; null at the end. A page has at most `LIMITS.mcpPinsListed` definitions and 8 MiB. */
  next_offset: z.number().int().nullable(),
})

export const McpApproveIn = z.strictObject({
  /** By name or id. */
  server: z.string().min(1).max(LIMITS.mcpNameChars),
  kind: DefinitionKind.default('tool'),
  name: z.string(),
  /** The hash of the reviewed version. Required if several versions are waiting. */
  hash: z.string().optional(),
})
