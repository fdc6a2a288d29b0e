import { z } from 'zod'
import { ApiKey, ApiKeyRateIn, ApiKeysIn, CreatedApiKey, NewApiKey } from '../schemas.ts'
import type { Operations } from './operation.ts'

export const apiKeys = {
  list: {
    kind: 'query',
    action: 'apiKeys.list',
    summary: 'A page of API keys, revoked ones included',
    input: ApiKeysIn,
    output: z.array(ApiKey),
  },
  create: {
    kind: 'mutation',
    action: 'apiKeys.create',
    summary: 'Make an API key, whose text is in this reply and nowhere else',
    input: NewApiKey,
    output: CreatedApiKey,
  },
  setRate: {
    kind: 'mutation',
    action: 'apiKeys.setRate',
    summary: 'Change how many entries a key may report per second, from the next request on',
    input: ApiKeyRateIn,
    output: ApiKey,
  },
  revoke: {
    kind: 'mutation',
    action: 'apiKeys.revoke',
    summary: 'Revoke a key, from the next request on',
    input: z.object({ id: z.string().max(64) }),
    output: ApiKey,
  },
} as const satisfies Operations
