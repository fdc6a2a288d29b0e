import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { makeKey } from './make-key.ts'

export const create: Verb<'apiKeys.create'> = (
  deps,
  call,
  { name, scopes, senderPrefix = null, keepUnknown = false, entriesPerSecond = null },
) =>
  write(deps, call, async (tx, { at, by: createdBy }) => {
    const request = { name, scopes, senderPrefix, keepUnknown, entriesPerSecond, createdBy, at }
    const key = await makeKey(tx, call.org, request)
    const details = { name, scopes, ...(entriesPerSecond === null ? {} : { entriesPerSecond }) }
    return { result: key, audit: { action: 'apiKeys.create', target: key.id, details } }
  })
