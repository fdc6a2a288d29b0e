import { z } from 'zod'
import { EntryIn, VerdictOut, VerdictPolicy, VerdictPolicyChange } from '../schemas.ts'
import type { Operations } from './operation.ts'

export const verdicts = {
  check: {
    kind: 'mutation',
    action: 'verdicts.check',
    summary: 'Ask about one entry before it takes effect',
    description:
      'The entry is judged, stored with its verdict, and answered when it is stored. An entry that was stored before is judged afresh and answered with its first id. In dry run, which is the default, every verdict is allow, and would says what enforcing would have answered. Takes the scope verdict.',
    // `ingest/` parses it, as it does every entry.
    input: z.unknown(),
    output: VerdictOut,
    rest: { method: 'post', path: '/api/v1/verdict', body: { 'application/json': EntryIn }, isOwnRoute: true },
  },
  policy: {
    kind: 'query',
    action: 'verdicts.read',
    summary: 'What the verdict is at which risk, for which rules and agents',
    output: VerdictPolicy,
    rest: { method: 'get', path: '/api/v1/verdict/policy' },
  },
  setPolicy: {
    kind: 'mutation',
    action: 'verdicts.write',
    summary: 'Change the verdict policy',
    description: 'expected_hash is that of the policy that was read: 409 where someone else changed it meanwhile.',
    input: VerdictPolicyChange,
    output: VerdictPolicy,
    rest: { method: 'put', path: '/api/v1/verdict/policy' },
  },
} as const satisfies Operations
