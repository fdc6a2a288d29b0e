import { z } from 'zod'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import type { EntryDetail } from '@sentinelmesh/api'
import { EntryHead, toEntryHead } from '../entry-row.ts'
import { placeTexts } from '../place-texts.ts'
import { tool, type ToolCall } from '../tool.ts'
import { cutTo, Untrusted } from '../untrusted.ts'

/** Maximum number of matches to show, and of texts per match. */
const MATCHES = 20
const TEXTS = 3
const ATTRIBUTES_CHARS = 4_000
const TEXT_CHARS = 200

const Entry = EntryHead.extend({
  received_at: z.string(),
  sender_claimed: z.boolean().meta({ description: 'The credential is not bound to this sender: the name is a claim.' }),
  payload: Untrusted,
  payload_type: z.enum(['text', 'json']),
  payload_chars: z.number().int(),
  next_offset: z.number().int().nullable().meta({ description: 'Where the payload goes on; null at its end.' }),
  attributes: Untrusted.nullable().meta({ description: 'As JSON.' }),
  reported_by: Untrusted,
  surface: schemas.Surface,
  masked: z.array(z.object({ format: z.string(), count: z.number().int() })),
  matches: z.array(
    z.object({
      rule_id: Untrusted,
      title: Untrusted,
      level: schemas.Level,
      points: z.number(),
      filtered: z.boolean().meta({ description: 'A filter held it back: it counts nowhere.' }),
      texts: z.array(Untrusted).meta({ description: 'What of the entry made it hold.' }),
    }),
  ),
})

export const getEntry = tool({
  name: 'get_entry',
  title: 'Get an entry',
  about: `One entry with its payload, ${LIMITS.mcpPayloadChars} characters at a time, its attributes, and the rules that matched with the text that made each hold.`,
  input: z.strictObject({
    id: z.string().max(64).meta({ description: 'id of an entry, from search_logs or get_session.' }),
    offset: z.number().int().min(0).default(0).meta({ description: 'next_offset of the answer before.' }),
  }),
  output: Entry,
  async answer(call, { id, offset }) {
    const entry = await call.services.logs.get(call, { id })
    const data = toEntry(call, entry, offset)
    const { risk, band, payload_chars: chars, next_offset: next } = data
    return {
      data,
      says: [
        `Risk ${risk} (${band}), ${entry.matches.length + (entry.matches_left_out ?? 0)} matches, ${chars} characters of payload.`,
        ...(next === null ? [] : [`The payload goes on: ask again with offset ${next}.`]),
      ].join(' '),
    }
  },
})

export function toEntry(call: ToolCall, entry: EntryDetail, offset: number): z.output<typeof Entry> {
  const { mark } = call
  const piece = cutTo(entry.payload.slice(offset), LIMITS.mcpPayloadChars)
  const end = offset + piece.length
  const passage = mark.passage(piece, LIMITS.mcpPayloadChars)
  const isWhole = offset === 0 && end >= entry.payload.length
  const texts = placeTexts(entry)
  return {
    ...toEntryHead(call, entry),
    received_at: entry.received_at,
    sender_claimed: entry.sender_claimed,
    payload: isWhole ? passage : { ...passage, altered: true },
    payload_type: entry.payload_type,
    payload_chars: entry.payload.length,
    next_offset: end < entry.payload.length ? end : null,
    attributes: entry.attributes === null ? null : mark.passage(JSON.stringify(entry.attributes), ATTRIBUTES_CHARS),
    reported_by: mark.name(entry.reported_by),
    surface: entry.surface,
    masked: entry.masked,
    matches: entry.matches.slice(0, MATCHES).map((match) => ({
      rule_id: mark.name(match.rule_id),
      title: mark.name(match.title),
      level: match.level,
      points: match.points,
      filtered: match.filtered_by !== null,
      texts: match.places.slice(0, TEXTS).flatMap((place) => {
        const text = texts(place)
        return text === undefined ? [] : [mark.passage(text, TEXT_CHARS)]
      }),
    })),
  }
}
