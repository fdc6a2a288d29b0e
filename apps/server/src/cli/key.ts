import type { ApiKey, Scope } from '@sentinelmesh/api'
import { allKeys } from '@sentinelmesh/api/constants'
import { withApi } from './connect.ts'
import { printJson, printTable, visible } from '@sentinelmesh/command-line/print'

interface OrgOption {
  readonly org?: string
  readonly json?: boolean
}

export async function createKey(
  options: OrgOption & { name: string; scope: Scope[]; sender?: string; keepUnknown?: boolean; rate?: number },
): Promise<void> {
  const key = await withApi(options.org, (trpc) =>
    trpc.apiKeys.create.mutate({
      name: options.name,
      scopes: options.scope,
      ...(options.sender === undefined ? {} : { senderPrefix: options.sender }),
      keepUnknown: options.keepUnknown === true,
      ...(options.rate === undefined ? {} : { entriesPerSecond: options.rate }),
    }),
  )
  if (options.json) printJson(key)
  else process.stdout.write(`${key.key}\n`)
  if (!options.json && process.stderr.isTTY)
    process.stderr.write('This key is shown this once; only its hash is kept.\n')
}

export async function listKeys(options: OrgOption): Promise<void> {
  const keys = await withApi(options.org, (trpc) => allKeys((input) => trpc.apiKeys.list.query(input)))
  if (options.json) printJson(keys)
  else if (keys.length === 0) process.stdout.write('No API keys yet. Make one with: sentinelmesh key create\n')
  else printTable(['ID', 'NAME', 'KEY', 'SCOPES', 'SENDER', 'RATE', 'LAST USED', 'STATE'], keys.map(toLine))
}

/** A null `rate` removes the limit. */
export async function setKeyRate(id: string, rate: number | null, options: OrgOption): Promise<void> {
  const key = await withApi(options.org, (trpc) => trpc.apiKeys.setRate.mutate({ id, entriesPerSecond: rate }))
  if (options.json) printJson(key)
  else
    process.stdout.write(
      `${key.hint} (${visible(key.name)}) may report ${rate === null ? 'any number of entries' : `${rate} entries per second`} from now on.\n`,
    )
}

export async function revokeKey(id: string, options: OrgOption): Promise<void> {
  const key = await withApi(options.org, (trpc) => trpc.apiKeys.revoke.mutate({ id }))
  if (options.json) printJson(key)
  else process.stdout.write(`Revoked ${key.hint} (${visible(key.name)}). Who uses it is refused from now on.\n`)
}

function toLine(key: ApiKey): string[] {
  return [
    key.id,
    visible(key.name),
    key.hint,
    key.scopes.join(','),
    visible(key.senderPrefix ?? 'any'),
    key.entriesPerSecond === null ? 'any' : `${key.entriesPerSecond}/s`,
    key.lastUsedAt ?? 'never',
    key.revokedAt === null ? 'active' : 'revoked',
  ]
}
