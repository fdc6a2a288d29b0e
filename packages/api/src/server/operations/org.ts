import { z } from 'zod'
import type { Operations } from './operation.ts'

export const org = {
  get: {
    kind: 'query',
    action: 'org.read',
    summary: 'The name of the organization, its number of entries, and the head of its log',
    output: z.object({ name: z.string(), slug: z.string(), entries: z.number().int(), head: z.string() }),
  },
} as const satisfies Operations
