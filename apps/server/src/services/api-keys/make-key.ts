import { randomUUID } from 'node:crypto'
import type { ApiKey, OrgId, Scope } from '@sentinelmesh/api'
import { apiKeyStore, type ApiKeyRow, type Transaction } from '@sentinelmesh/db'
import { hashApiKey, hintOf, makeApiKey } from '../../auth/api-key-text.ts'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

export interface KeyRequest {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly senderPrefix: string | null
  readonly keepUnknown: boolean
  readonly entriesPerSecond: number | null
  readonly createdBy: string
  /** Microseconds. */
  readonly at: number
}

/** The reply holds the only copy of the key. Only its SHA-256 is stored. */
export async function makeKey(
  tx: Transaction,
  org: OrgId,
  { at, ...request }: KeyRequest,
): Promise<ApiKey & { key: string }> {
  const key = makeApiKey()
  const hash = hashApiKey(key)
  if (hash === undefined) throw new Error('a key that was just made is well formed')
  const row = await apiKeyStore(tx).create(org, {
    ...request,
    id: randomUUID(),
    hash,
    hint: hintOf(key),
    createdAt: at,
  })
  return { ...toApiKey(row), key }
}

export function toApiKey(row: ApiKeyRow): ApiKey {
  const iso = (at: number | null) => (at === null ? null : toIso(at))
  const { id, name, scopes, senderPrefix, keepUnknown, entriesPerSecond, hint } = row
  return {
    id,
    name,
    scopes: [...scopes],
    senderPrefix,
    keepUnknown,
    entriesPerSecond,
    hint,
    createdAt: toIso(row.createdAt),
    lastUsedAt: iso(row.lastUsedAt),
    revokedAt: iso(row.revokedAt),
  }
}
