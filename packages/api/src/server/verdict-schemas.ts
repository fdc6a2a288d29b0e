import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { VERDICTS } from '../entry.ts'
import { DEFAULT_KIND_LIMITS } from '../verdict-defaults.ts'
import { Instant, Kind, Level } from './words.ts'

/** Snake case, as in rows: REST and tRPC share these schemas. */
export const Verdict = z.enum(VERDICTS)

const LeastRisk = z
  .number()
  .int()
  .min(1)
  .max(100)
  .nullable()
  .meta({ description: 'From this risk on; null: never, whatever the risk.' })

export const VerdictThresholds = z
  .strictObject({ block: LeastRisk, ask: LeastRisk, flag: LeastRisk })
  .superRefine((thresholds, context) => {
    for (const [mild, strict] of [
      ['ask', 'block'],
      ['flag', 'ask'],
      ['flag', 'block'],
    ] as const) {
      const [least, above] = [thresholds[mild], thresholds[strict]]
      if (least === null || above === null || least <= above) continue
      context.addIssue({
        code: 'custom',
        path: [mild],
        message: `${mild} is from risk ${least}, ${strict} already from ${above}, so ${mild} would never be answered. Give at most ${above}, or null.`,
      })
    }
  })
export type VerdictThresholds = z.infer<typeof VerdictThresholds>

const KindLimit = z.strictObject({
  at_most: Verdict.meta({ description: 'The strictest verdict that the thresholds can give.' }),
  block_hidden_instructions: z.boolean().default(false).meta({
    description:
      'Also block, from the block threshold on, if a rule with the tag sentinelmesh.hidden_instruction matched.',
  }),
})

/** Says what happens to a call if the verdict is ask and nobody can be asked. */
export const Unasked = z.enum(['deny', 'warn'])
export type Unasked = z.infer<typeof Unasked>

const PastBudget = z.enum(['open', 'closed'])

/** An org's policy: the verdict for each risk. */
export const VerdictPolicyIn = z
  .strictObject({
    mode: z.enum(['dry_run', 'enforce']).meta({
      description: 'dry_run: every verdict is allow, and would says what enforcing would have answered.',
    }),
    thresholds: VerdictThresholds,
    kinds: z.partialRecord(Kind, KindLimit).default(DEFAULT_KIND_LIMITS).meta({
      description:
        'Limits the verdicts that the thresholds give, by kind. A kind that is not listed has no limit. The limit of prompts does not apply to those that an MCP server or a tool sends. Rule overrides are not limited.',
    }),
    unasked: Unasked.default('deny').meta({
      description: 'What ask becomes where nobody can be asked: deny refuses the call, warn lets it continue.',
    }),
    rules: z
      .array(z.strictObject({ rule_id: z.string().min(1).max(LIMITS.ruleIdChars), verdict: Verdict }))
      .max(LIMITS.verdictRules)
      .meta({ description: 'What a match of this rule is answered with; its points do not count for the thresholds.' }),
    agents: z
      .array(
        z.strictObject({
          sender: z.string().min(1).max(LIMITS.senderChars),
          thresholds: VerdictThresholds.nullable(),
        }),
      )
      .max(LIMITS.verdictAgents)
      .meta({
        description:
          'An agent by name, or by a beginning with a trailing *: its own thresholds, or null for no verdicts at all.',
      }),
    budget_ms: z.number().int().min(0).max(LIMITS.verdictBudgetMs).meta({
      description: 'So long an entry may wait to be judged; 0: nothing is judged inline.',
    }),
    past_budget: z
      .strictObject({ otherwise: PastBudget, kinds: z.partialRecord(Kind, PastBudget) })
      .meta({ description: 'What happens to what was not judged in time, by its kind: open lets it through.' }),
  })
  .superRefine(({ rules, agents }, context) => {
    for (const [list, field, names] of [
      ['rules', 'rule_id', rules.map(({ rule_id }) => rule_id)],
      ['agents', 'sender', agents.map(({ sender }) => sender)],
    ] as const)
      for (const [index, name] of names.entries())
        if (names.indexOf(name) < index)
          context.addIssue({
            code: 'custom',
            path: [list, index, field],
            message: `${name} stands in ${list} twice. Keep one of them.`,
          })
  })
export type VerdictPolicyIn = z.infer<typeof VerdictPolicyIn>

export const VerdictPolicy = z
  .object({
    ...VerdictPolicyIn.shape,
    hash: z.string().meta({ description: 'Of this policy; a change says which one it rests on.' }),
    updated_at: Instant.nullable(),
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'VerdictPolicy' })
export type VerdictPolicy = z.infer<typeof VerdictPolicy>

export const VerdictPolicyChange = z.strictObject({ policy: VerdictPolicyIn, expected_hash: z.string().max(64) })
export type VerdictPolicyChange = z.infer<typeof VerdictPolicyChange>

export const VerdictOut = z
  .object({
    verdict: Verdict,
    would: Verdict.optional().meta({ description: 'In dry run: what enforcing would have answered.' }),
    log_id: z.string().nullable().meta({ description: 'Null: it could not be stored in time.' }),
    risk: z.number().int(),
    unasked: Unasked.optional().meta({
      description: 'With the verdict ask: what to do if you cannot ask a person.',
    }),
    reason: z.string().meta({
      description: 'From a fixed template. Quotes the matched words of a call or a prompt, and never a result.',
    }),
    unjudged: z.literal(true).optional().meta({ description: 'There was no time to judge it.' }),
    matches: z
      .array(z.object({ rule_id: z.string(), title: z.string(), level: Level }))
      .optional()
      .meta({ description: 'For credentials that may read.' }),
    matches_left_out: z.number().int().optional().meta({ description: 'Matches that are not listed.' }),
  })
  .meta({ id: 'VerdictOut' })
export type VerdictOut = z.infer<typeof VerdictOut>

/** A call that the policy blocked or asked about, and what became of it. */
export const HeldCall = z
  .object({
    verdict: z.enum(['ask', 'block']),
    allowed_at: Instant.nullable().meta({ description: 'When a person last allowed the same call once.' }),
    allowed_by: z.string().nullable(),
    allowed_until: Instant.nullable(),
    used_entry: z.string().nullable().meta({ description: 'The entry of the call that used this.' }),
    result_entry: z
      .string()
      .nullable()
      .meta({ description: 'A result of this very call: somebody allowed it at the client, or it was not stopped.' }),
  })
  .meta({ id: 'HeldCall' })
export type HeldCall = z.infer<typeof HeldCall>

export const AllowOnceIn = z.strictObject({
  log_id: z.string().max(64).meta({ description: 'The entry of the call, as its reason names it.' }),
})

/** An agent for which enforcement is paused. */
export const VerdictPause = z
  .object({ sender: z.string(), until: Instant, paused_at: Instant, paused_by: z.string() })
  .meta({ id: 'VerdictPause' })
export type VerdictPause = z.infer<typeof VerdictPause>

export const PausedAgentIn = z.strictObject({ sender: z.string().min(1).max(LIMITS.senderChars) })
