import { z } from 'zod'
import { SourcesOut, UnaskedSession } from '../schemas.ts'
import type { Operations } from './operation.ts'

export const sources = {
  list: {
    kind: 'query',
    action: 'sources.read',
    summary: 'Where telemetry comes from, and which scopes no mapper knows',
    output: SourcesOut,
  },
  unasked: {
    kind: 'query',
    action: 'sources.read',
    summary:
      "Coding agents' sessions of the last day whose calls came as telemetry alone, so that none could be held back",
    output: z.array(UnaskedSession),
  },
} as const satisfies Operations
