import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { HOOK_MAPPERS } from '../clients.ts'
import type { HookClient } from '../hook-mapper.ts'

/** The entry of a hook call that has one. */
export function hookEntry(client: HookClient, input: unknown): MappedEntry {
  const { entry, event } = HOOK_MAPPERS[client](input)
  if (entry === null) throw new Error(`${client} tells nothing with ${event}`)
  return entry
}
