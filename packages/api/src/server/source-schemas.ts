import { z } from 'zod'
import { Instant, Surface } from './words.ts'

const Period = { first_seen: Instant, last_seen: Instant }

export const SourceRow = z
  .object({
    source: z.string().meta({ description: 'Which dialect told it, such as claude_code, codex or gen_ai.' }),
    surface: Surface.meta({ description: 'The way by which it came: the same agent may come by several.' }),
    ...Period,
    records: z.number().int().meta({ description: 'Log records, spans or hook calls that came.' }),
    entries: z.number().int().meta({ description: 'Entries that they became; many records make none.' }),
    refused: z.number().int().meta({ description: 'Records that were dropped because they break a limit.' }),
    entries_last_hour: z.number().int(),
    entries_per_minute: z.number().meta({ description: 'Over the last five minutes.' }),
    silent_since: Instant.nullable().meta({
      description: 'When it was last seen, where that is more than an hour ago; else null.',
    }),
  })
  .meta({ id: 'SourceRow' })
export type SourceRow = z.infer<typeof SourceRow>

export const SourcesOut = z
  .object({
    sources: z.array(SourceRow),
    /** Scopes whose records made no entries. */
    unknown: z.array(
      z.object({
        scope: z.string().meta({
          description:
            "The name of the instrumentation's scope that no mapper knows; (other): those beyond the first 200.",
        }),
        surface: Surface,
        ...Period,
        records: z.number().int(),
        refused: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'SourcesOut' })

/** A session in which a coding agent called tools without requesting verdicts, although it has hooks. */
export const UnaskedSession = z
  .object({ session: z.string(), sender: z.string(), last_seen: Instant, calls: z.number().int() })
  .meta({ id: 'UnaskedSession' })
export type UnaskedSession = z.infer<typeof UnaskedSession>
