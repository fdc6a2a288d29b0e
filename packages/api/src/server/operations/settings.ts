import { z } from 'zod'
import {
  IngestQuota,
  IngestQuotaIn,
  Notice,
  Retention,
  RetentionClock,
  RetentionIn,
  RetentionPreview,
} from '../schemas.ts'
import type { Operations } from './operation.ts'

export const settings = {
  retention: {
    get: {
      kind: 'query',
      action: 'settings.read',
      summary: 'How long entries and roll-ups are kept, and what is stored now',
      output: Retention,
      rest: { method: 'get', path: '/api/v1/settings/retention' },
    },
    update: {
      kind: 'mutation',
      action: 'settings.write',
      summary: 'Change how long entries and roll-ups are kept',
      description: 'null gives back the default. What is older, or more, than allowed is removed within minutes.',
      input: RetentionIn,
      output: Retention,
      rest: { method: 'put', path: '/api/v1/settings/retention' },
    },
    preview: {
      kind: 'query',
      action: 'settings.read',
      summary: 'How many entries a change of retention would remove',
      input: RetentionIn,
      output: RetentionPreview,
      rest: { method: 'post', path: '/api/v1/settings/retention/preview' },
    },
    acceptClock: {
      kind: 'mutation',
      action: 'settings.clock',
      summary: "Let retention, of all organizations, go by the system's clock again after it jumped",
      output: RetentionClock,
    },
  },
  quota: {
    get: {
      kind: 'query',
      action: 'settings.read',
      summary: 'How many entries the organization may report per second, and how many were refused',
      output: IngestQuota,
      rest: { method: 'get', path: '/api/v1/settings/quota' },
    },
    update: {
      kind: 'mutation',
      action: 'settings.write',
      summary: 'Change how many entries the organization may report per second',
      description:
        'null removes the quota. What is reported beyond it is answered 429 with Retry-After. Verdicts, hooks and imports do not count.',
      input: IngestQuotaIn,
      output: IngestQuota,
      rest: { method: 'put', path: '/api/v1/settings/quota' },
    },
  },
  notices: {
    kind: 'query',
    action: 'settings.read',
    summary: 'What an operator has to know now, such as a background job that keeps failing',
    output: z.array(Notice),
  },
} as const satisfies Operations
