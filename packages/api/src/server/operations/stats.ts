import { z } from 'zod'
import { Overview, Range } from '../schemas.ts'
import type { Operations } from './operation.ts'

export const stats = {
  overview: {
    kind: 'query',
    action: 'stats.read',
    summary: 'The figures of the overview for one range',
    input: z.object({ range: Range.default('24h') }),
    output: Overview,
  },
} as const satisfies Operations
