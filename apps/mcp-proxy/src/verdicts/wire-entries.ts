import type { McpEntryIn } from '@sentinelmesh/api'
import type { McpEntry } from '../conversation/entry-factory.ts'
import type { KnownDefinitions } from './known-definitions.ts'
import { payloadParts } from './payload-parts.ts'

/** What happened to a message without a verdict. */
export type Unjudged = 'passed' | 'refused'

/** The entry as the server's API takes it. A payload that is too long becomes several entries. */
export function wireEntries(entry: McpEntry, definitions: KnownDefinitions, unjudged?: Unjudged): McpEntryIn[] {
  const { kind, sender, receiver, session, context, at, attributes, anchor, rests } = entry
  const parts = payloadParts(entry.payload)
  return parts.map((payload, n) => ({
    kind,
    sender,
    receiver,
    session,
    context,
    at,
    payload,
    attributes: {
      ...attributes,
      ...(parts.length === 1 ? {} : { part: `${n + 1}/${parts.length}` }),
    },
    anchor: anchor === null || parts.length === 1 ? anchor : `${anchor} part ${n + 1}`,
    late: unjudged ?? null,
    rests: rests === undefined ? null : { ...rests, hash: definitions.hashOf(rests) },
  }))
}
