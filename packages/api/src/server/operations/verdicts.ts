import { z } from 'zod'
import {
  AllowOnceIn,
  EntryIn,
  HeldCall,
  PausedAgentIn,
  VerdictOut,
  VerdictPause,
  VerdictPolicy,
  VerdictPolicyChange,
} from '../schemas.ts'
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
  allowOnce: {
    kind: 'mutation',
    action: 'verdicts.allow',
    summary: 'Allow a call once that was blocked or asked about',
    description:
      'The next call with the same tool, arguments, and session within ten minutes is allowed. It works for calls of the last 24 hours. 404 if the entry is no such call.',
    input: AllowOnceIn,
    output: HeldCall,
    rest: { method: 'post', path: '/api/v1/verdict/allow-once' },
  },
  pauses: {
    kind: 'query',
    action: 'verdicts.read',
    summary: 'The agents for which enforcement is paused',
    output: z.object({ items: z.array(VerdictPause) }),
    rest: { method: 'get', path: '/api/v1/verdict/pauses' },
  },
  pause: {
    kind: 'mutation',
    action: 'verdicts.allow',
    summary: 'Pause enforcement for an agent for 15 minutes',
    description:
      'Its calls, and what it receives, are allowed as in dry run, and would says what enforcing would have answered. A new pause replaces an earlier one.',
    input: PausedAgentIn,
    output: VerdictPause,
    rest: { method: 'post', path: '/api/v1/verdict/pauses' },
  },
  resume: {
    kind: 'mutation',
    action: 'verdicts.allow',
    summary: 'End the pause of an agent',
    description: '404 if it has none.',
    input: PausedAgentIn,
    output: PausedAgentIn,
    rest: { method: 'post', path: '/api/v1/verdict/pauses/end' },
  },
} as const satisfies Operations
