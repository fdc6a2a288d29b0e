import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { VERDICTS } from '../entry.ts'
import { Instant, Kind } from './words.ts'

/** What the MCP proxy sends and hears; snake case, as all of REST. */

const name = z.string().max(LIMITS.mcpNameChars)
const DefinitionKind = z.enum(['tool', 'prompt', 'instructions'])

/** The server that the proxy stands before, as whoever set it up named it. */
export const McpServer = z.strictObject({
  name: name.min(1),
  transport: z.enum(['stdio', 'http']),
  /** Command and arguments, or origin and path: by this a server is the same one, whatever it calls itself. */
  target: z.string().min(1).max(LIMITS.mcpTargetChars),
})
export type McpServer = z.infer<typeof McpServer>

/** An entry that the proxy has read from a message. Texts have the bounds of telemetry: they are cut, not refused. */
export const McpEntryIn = z.strictObject({
  kind: Kind,
  sender: z.string().min(1),
  receiver: z.string().nullable(),
  session: z.string().nullable(),
  context: z.string().nullable(),
  payload: z.strictObject({ type: z.enum(['text', 'json']), text: z.string() }),
  /** Microseconds since 1970, by the clock of the proxy. */
  at: z.number().int().nullable(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  anchor: z.string().nullable(),
  /** What became of it before anybody could be asked; null where that is still open, or not the question. */
  late: z.enum(['passed', 'refused']).nullable(),
  /** The definition that a call rests on, with the hash it had when this connection last saw it. */
  rests: z.strictObject({ kind: DefinitionKind, name: z.string(), hash: z.string().nullable() }).nullable(),
})
export type McpEntryIn = z.infer<typeof McpEntryIn>

export const McpVerdictIn = z
  .strictObject({
    server: McpServer,
    /** Somebody waits for the answer: then the policy's time budget holds. */
    waits: z.boolean(),
    entries: z.array(McpEntryIn).min(1).max(LIMITS.mcpEntries),
  })
  .meta({ id: 'McpVerdictIn' })
export type McpVerdictIn = z.infer<typeof McpVerdictIn>

const Verdict = z.enum(VERDICTS)

export const McpVerdict = z.object({
  verdict: Verdict,
  /** In a dry run: what enforcing would have answered. */
  would: Verdict.optional(),
  log_id: z.string().nullable(),
  risk: z.number().int().nullable(),
  /** From a fixed template; holds no text of the entry. */
  reason: z.string().nullable(),
})
export type McpVerdict = z.infer<typeof McpVerdict>

export const McpVerdictOut = z
  .object({
    /** False in a dry run: nothing has to wait for a verdict then. */
    enforcing: z.boolean(),
    /** One an entry, in order. */
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
    /** With the last page of a list: all names that the server has of this kind now. */
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

/** A definition as it was seen. */
export const McpPin = z
  .object({
    /** Of the MCP server: what `approve` takes where two have one name. */
    server_id: z.string(),
    server: z.string(),
    target: z.string(),
    kind: DefinitionKind,
    /** Empty for instructions. */
    name: z.string(),
    hash: z.string(),
    /** `pinned`: as first seen. `waiting`: it changed, and nobody approved that yet. */
    state: z.enum(['pinned', 'approved', 'waiting']),
    /** Of one that waits: what changed, removed words in [-…-], added ones in {+…+}. */
    diff: z.string().nullable(),
    /** False once a whole list of the server did not hold it. */
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
  /** `next_offset` of the page before. */
  offset: z.number().int().min(0).max(10_000_000).default(0),
})

export const McpPinsOut = z.object({
  items: z.array(McpPin),
  /** There are more than are listed. */
  more: z.boolean(),
  /** Where the list continues; null at its end. A page has at most `LIMITS.mcpPinsListed` definitions and 8 MiB. */
  next_offset: z.number().int().nullable(),
})

export const McpApproveIn = z.strictObject({
  /** By name or id. */
  server: z.string().min(1).max(LIMITS.mcpNameChars),
  kind: DefinitionKind.default('tool'),
  name: z.string(),
  /** The very version that was looked at; needed where several wait. */
  hash: z.string().optional(),
})
