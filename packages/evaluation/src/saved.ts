import { z } from 'zod'
import { shareOf } from './wilson.ts'

/** The schema of a saved evaluation. Shares and rates are from 0 to 1, risks and thresholds from 0 to 100. */
const Share = z.object({
  hits: z.number().int(),
  of: z.number().int(),
  /** Null if there is nothing to take a share of. */
  share: z.number().nullable(),
  /** The bounds of the 95 % confidence interval. */
  low: z.number(),
  high: z.number(),
})

/** The items of one category, or of one family within it. */
const Group = z.object({
  category: z.string(),
  /** Null for the whole category. */
  family: z.string().nullable(),
  malicious: z.boolean(),
  session: z.boolean(),
  alerted: Share,
  /** Without the rules that were written from the items' families. */
  alerted_left_out: Share,
  /** For malicious sessions: alerted at or before the first entry that serves the attacker. */
  in_time: Share.nullable(),
})

const RuleScore = z.object({
  id: z.string(),
  /** Items with a match that counts, which may be below the threshold. */
  malicious: z.number().int(),
  benign: z.number().int(),
  /** The share of malicious items among those with a match. */
  precision: Share,
  /** Items that reach the threshold only because of this rule. */
  decides_malicious: z.number().int(),
  decides_benign: z.number().int(),
})

/** What is done with the entries of one kind if verdicts are enforced. */
const Enforced = z
  .object({
    kind: z.string(),
    malicious: z.boolean(),
    flagged: Share,
    /** Calls that a person has to allow. */
    asked: Share,
    /** Calls that do not run, and results that the model does not get. */
    blocked: Share,
  })
  // Derived, because earlier evaluations were saved without it.
  .transform((one) => ({ ...one, held_back: heldBackOf(one) }))

/** The share that is asked about, blocked, or withheld. */
export const heldBackOf = ({ asked, blocked }: { readonly asked: Share; readonly blocked: Share }): Share =>
  shareOf(asked.hits + blocked.hits, asked.of)

/** The means over categories, so that a large one does not outweigh the others. */
const Macro = z.object({
  /** The lowest risk that counts as an alert. Null if no threshold meets the limit. */
  threshold: z.number().nullable(),
  recall: z.number().nullable(),
  false_positives: z.number().nullable(),
})

const Summary = z.object({
  /** At the chosen threshold. */
  chosen: Macro,
  /** At the lowest threshold whose macro false-positive rate is at most `limit`. */
  at_most: z.array(Macro.extend({ limit: z.number() })),
})

const Evaluation = z.object({
  threshold: z.number(),
  items: z.number().int(),
  categories: z.array(Group),
  families: z.array(Group),
  rules: z.array(RuleScore),
  all: Summary,
  left_out: Summary,
  /** Benign items other than sessions. */
  benign_alerted: Share,
  benign_alerted_left_out: Share,
  /** Absent from evaluations that were saved before verdicts were counted. Empty if nothing decided. */
  enforced: z.array(Enforced).default([]),
})

export type Share = z.output<typeof Share>
export type Group = z.output<typeof Group>
export type Enforced = z.output<typeof Enforced>
export type RuleScore = z.output<typeof RuleScore>
export type Macro = z.output<typeof Macro>
export type Summary = z.output<typeof Summary>
/** The result of an evaluation. It is plain data, so that it can be saved and compared. */
export type Evaluation = z.output<typeof Evaluation>

/** Reads a saved evaluation. Throws a `SyntaxError` or a `ZodError` if the text is not one. */
export const readSaved = (text: string): Evaluation => Evaluation.parse(JSON.parse(text))
