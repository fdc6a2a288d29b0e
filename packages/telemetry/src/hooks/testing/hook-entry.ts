import type { HookClient } from '@sentinelmesh/api/hooks'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { HOOK_MAPPERS } from '../clients.ts'

/** The entry of a hook call. Throws if it makes none. */
export function hookEntry(client: HookClient, input: unknown): MappedEntry {
  const { entry, event } = HOOK_MAPPERS[client](input)
  if (entry === null) throw new Error(`${event} of ${client} makes no entry.`)
  return entry
}
