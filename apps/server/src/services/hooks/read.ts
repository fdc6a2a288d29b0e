import { DomainError } from '@sentinelmesh/api/constants'
import type { HookClient } from '@sentinelmesh/api/hooks'
import { HOOK_MAPPERS } from '../../ingest/hooks/clients.ts'
import { valueOf } from '../../ingest/mappers/json.ts'
import type { MappedEntry } from '../../ingest/mappers/mapped-entry.ts'
import { NotJson } from '../../ingest/not-json.ts'
import { notJson, readJson } from '../../ingest/read-json.ts'

/** A hook's input and the entry that it becomes, if it is worth one. Throws `invalid_input` where it is not this client's. */
export function readHook(client: HookClient, text: string): { input: unknown; entry: MappedEntry | null } {
  const exact = valueOf(text)
  const input = exact ?? parse(text)
  const { event, entry } = HOOK_MAPPERS[client](input)
  if (event === null)
    throw new DomainError('invalid_input', {
      issues: [
        { loc: [], msg: `This is not what a hook of ${client} gives: it names no event.`, type: 'hook_unknown' },
      ],
    })
  // What nests too deep for a mapper is judged as the texts of all of it: depth must not hide an attack.
  const isCut = exact === undefined && entry !== null
  return { input, entry: isCut ? { ...entry, payload: { type: 'json', text } } : entry }
}

function parse(text: string): unknown {
  const { value } = readJson(text)
  if (value instanceof NotJson) throw notJson(value.reason)
  return value
}
