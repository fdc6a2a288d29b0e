import { z } from 'zod'
import { SCOPES } from '../access.ts'
import { LIMITS } from '../limits.ts'
import { EntriesPerSecond } from './quota-schemas.ts'
import { passwordProblem } from './password-problem.ts'
import { HeldCall, Verdict } from './verdict-schemas.ts'
import {
  Band,
  HeldSelection,
  Instant,
  Kind,
  Level,
  LogSourceOut,
  Place,
  Role,
  Scope,
  Surface,
  System,
} from './words.ts'

export * from './words.ts'
export * from './mcp-schemas.ts'
export * from './quota-schemas.ts'
export * from './retention-schemas.ts'
export * from './rule-schemas.ts'
export * from './source-schemas.ts'
export * from './verdict-schemas.ts'
export * from './hook-schemas.ts'
export * from './whoami-schemas.ts'

const optionalText = (chars: number) => z.string().max(chars).nullish()

export const LogSource = z
  .strictObject({ product: optionalText(100), category: optionalText(100), service: optionalText(100) })
  .meta({ description: 'Sigma log source. Absent: product ai_agent, category the kind.' })

/** An entry as a reporter sends it. `ingest/` preserves what JavaScript would lose (big numbers, duplicate keys). */
export const EntryIn = z
  .strictObject({
    sender: z
      .string()
      .min(1)
      .max(LIMITS.senderChars)
      .meta({ description: 'Who did it, such as agent.billing or mcp.github/get_issue.' }),
    payload: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).meta({
      description: `What was said or done: a text, or JSON kept as sent. At most ${LIMITS.payloadBytes / 1024} KiB.`,
    }),
    receiver: optionalText(LIMITS.receiverChars),
    context: optionalText(LIMITS.contextChars),
    kind: Kind.nullish(),
    session: optionalText(LIMITS.sessionChars).meta({ description: 'One run or conversation; entries share it.' }),
    timestamp: z
      .union([z.string().max(64), z.number()])
      .nullish()
      .meta({
        description: 'ISO 8601 (without a zone: UTC), or seconds or milliseconds since 1970. Absent: when it arrived.',
      }),
    id: optionalText(LIMITS.sourceIdChars).meta({
      description: "The sender's own id; sent again with the same content it is a duplicate, not a second entry.",
    }),
    risk: z
      .number()
      .min(0)
      .max(100)
      .nullish()
      .meta({ description: "The agent's own claim: it can raise the risk, never lower it." }),
    logsource: LogSource.nullish(),
    attributes: z.record(z.string(), z.unknown()).nullish(),
  })
  .meta({ id: 'EntryIn' })
export type EntryIn = z.infer<typeof EntryIn>

export const MatchSummary = z.object({ rule_id: z.string(), title: z.string(), level: Level })

/** Absent if there are none. */
const MatchesLeftOut = z
  .number()
  .int()
  .optional()
  .meta({
    description: `Matches that are not listed: of an entry at most ${LIMITS.entryMatches} are, first those that make its risk.`,
  })

export const ReportResult = z
  .object({
    log_id: z.string(),
    risk: z.number().int(),
    matches: z.array(MatchSummary),
    matches_left_out: MatchesLeftOut,
    duplicate: z.literal(true).optional(),
  })
  .meta({ id: 'ReportResult' })

export const ReportOut = z
  .object({
    accepted: z.number().int(),
    rejected: z.array(z.object({ index: z.number().int(), reason: z.string() })),
    /** One per entry, in the order sent; `null` for a rejected entry. */
    results: z.array(ReportResult.nullable()),
  })
  .meta({ id: 'ReportOut' })
export type ReportOut = z.infer<typeof ReportOut>

/** A rule that was stopped before its result was known. It counts as no match. */
export const UndecidedRule = z
  .object({
    rule_id: z.string(),
    title: z.string(),
    level: Level,
    steps: z.number().int().meta({ description: 'Steps of work when it was stopped.' }),
    limit: z.enum(['ruleSteps', 'entrySteps']),
    allowed: z.number().int().meta({ description: 'Steps that the limit allowed for this entry.' }),
    explained: z.string(),
  })
  .meta({ id: 'UndecidedRule' })

/** An entry in lists and tails: everything except its whole payload. */
export const Row = z
  .object({
    id: z.string(),
    seq: z.number().int(),
    cursor: z.string(),
    /** The timestamp as it was sent, or ISO with milliseconds if none was sent. */
    timestamp: z.string(),
    /** ISO instants in UTC with milliseconds; `at` is the instant that `timestamp` means. */
    at: z.string(),
    received_at: z.string(),
    sender: z.string(),
    receiver: z.string().nullable(),
    kind: Kind,
    kind_assumed: z.boolean(),
    session: z.string().nullable(),
    context: z.string().nullable(),
    risk: z.number().int(),
    band: Band,
    /** At most 400 characters of the payload, around the first match. */
    snippet: z.string(),
    /** Ranges of `snippet` that a rule matched, in UTF-16 units, ascending, without overlap. */
    snippet_marks: z.array(z.tuple([z.number().int(), z.number().int()])),
    /** Bytes of the payload. */
    size: z.number().int(),
    attributes: z.record(z.string(), z.unknown()).nullable(),
    logsource: LogSourceOut,
    matches: z.array(MatchSummary),
    matches_left_out: MatchesLeftOut,
    source_id: z.string().nullable(),
    reported_by: z.string(),
    surface: Surface,
    truncated: z.literal(true).optional(),
    text_repaired: z.literal(true).optional(),
    id_conflict: z.literal(true).optional(),
    verdict: Verdict.optional().meta({ description: 'What was answered before it took effect.' }),
    would: Verdict.optional().meta({ description: 'In dry run: what enforcing would have answered.' }),
    unjudged: z.literal(true).optional().meta({ description: 'It took effect before anyone had judged it.' }),
    undecided: z
      .array(UndecidedRule)
      .optional()
      .meta({ description: 'Rules that were stopped because they needed too much work on this entry.' }),
  })
  .meta({ id: 'Row' })
export type Row = z.infer<typeof Row>

export const EntryDetail = Row.extend({
  /** The stored text or JSON text. */
  payload: z.string(),
  payload_type: z.enum(['text', 'json']),
  matches: z.array(
    MatchSummary.extend({
      points: z.number(),
      family: z.string(),
      contributes: z.boolean(),
      places: z.array(Place),
      /** SHA-256 of the version of the rule that matched. */
      rule_hash: z.string(),
      /** The selections that matched; empty for entries that were stored before this was recorded. */
      selections: z.array(HeldSelection),
      /** The filter that suppressed this match. A suppressed match adds no risk and is not counted. */
      filtered_by: z.object({ rule_id: z.string(), title: z.string() }).nullable(),
    }),
  ),
  unexplained: z.number().int().optional().meta({
    description: 'Matches without places and selections, because those of all matches were too large to be kept.',
  }),
  /**
   * Largest first; the shares add up to the risk, unless matches are left out. `rule_id` null: the agent's own claim.
   */
  contributions: z.array(
    z.object({
      rule_id: z.string().nullable(),
      title: z.string(),
      level: Level.nullable(),
      family: z.string(),
      points: z.number(),
      share: z.number(),
    }),
  ),
  /** The secrets masked before storing: each format and its count. */
  masked: z.array(z.object({ format: z.string(), count: z.number().int() })),
  /** The agent's operating system, from its telemetry. Rules for that system apply to its calls. */
  system: System.nullable(),
  /** Arrival minus the entry's own timestamp, in milliseconds. */
  skew_ms: z.number(),
  remote_address: z.string().nullable(),
  /** The credential is not bound to this sender, so the name is a claim. */
  sender_claimed: z.boolean(),
  held: HeldCall.optional().meta({ description: 'For a call that was blocked or asked about: what became of it.' }),
}).meta({ id: 'EntryDetail' })
export type EntryDetail = z.infer<typeof EntryDetail>

export const LogsFilter = z.object({
  q: z.string().max(LIMITS.queryChars).optional(),
  /** Inclusive. */
  from: Instant.optional(),
  /** Exclusive. */
  to: Instant.optional(),
})
export type LogsFilter = z.infer<typeof LogsFilter>

export const Order = z.enum(['newest', 'oldest'])

export const LogsPageIn = LogsFilter.extend({
  limit: z.number().int().min(1).max(LIMITS.pageRows).default(100),
  cursor: z.string().max(500).optional(),
  order: Order.default('newest'),
})

export const Extent = {
  incomplete: z
    .boolean()
    .meta({ description: 'The search ended at its time limit, or left entries out: this is what was found.' }),
  narrow: z.string().nullable().meta({ description: 'Of an incomplete search: what would make it quicker.' }),
  searchedTo: z
    .string()
    .nullable()
    .meta({ description: 'Of an incomplete search: how far the entries were looked at, in its order.' }),
  undecided: z.array(z.number().int()).meta({
    description: 'The seq of entries that were left out, because checking one of them took too long.',
  }),
}

export const LogsPageOut = z.object({
  items: z.array(Row),
  total: z.number().int(),
  totalEstimated: z.boolean(),
  nextCursor: z.string().nullable(),
  /** The page before this one; null at the beginning. */
  prevCursor: z.string().nullable(),
  /** The head of the log when the list was read. A tail from here continues without gap or overlap. */
  head: z.string(),
  ...Extent,
})

export const BandCounts = z.object({
  none: z.number().int(),
  low: z.number().int(),
  medium: z.number().int(),
  high: z.number().int(),
  critical: z.number().int(),
})

export const Histogram = z.object({
  from: z.string(),
  to: z.string(),
  stepMs: z.number().int(),
  buckets: z.array(BandCounts.extend({ at: z.string() })),
  total: z.number().int(),
  ...Extent,
})

export const FacetField = z.enum(['band', 'kind', 'sender', 'receiver', 'rule'])

export const LogsFacetsIn = LogsFilter.extend({
  fields: z.array(FacetField).min(1).max(FacetField.options.length).default(FacetField.options),
  limit: z.number().int().min(1).max(LIMITS.facetValues).default(10),
})

export const Facets = z.object({
  facets: z.array(
    z.object({
      field: FacetField,
      values: z.array(
        z.object({
          value: z.string(),
          count: z.number().int(),
          title: z.string().optional().meta({ description: 'Of a rule, where it is still there.' }),
        }),
      ),
      distinct: z.number().int().meta({ description: 'How many values there are; those of most entries are given.' }),
    }),
  ),
  estimated: z.boolean().meta({ description: 'Counts are about so many, worked out from a sample.' }),
  ...Extent,
})

export const TailIn = z.object({
  /** A cursor or a seq. Absent: only new entries. `0`: everything that is retained. */
  after: z.string().max(40).optional(),
  /** Set by tRPC when it reconnects. Takes precedence over `after`. */
  lastEventId: z.string().max(40).nullish(),
  q: z.string().max(LIMITS.queryChars).optional(),
})

export const TailItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('entry'), entry: Row }),
  /** Sent after each batch and at least every 5 s: nothing between `from` and `cursor` is missing. */
  z.object({
    type: z.literal('progress'),
    from: z.string(),
    cursor: z.string(),
    scanned: z.number().int(),
    matched: z.number().int(),
    /** Entries that were omitted because checking them took too long; absent if there are none. */
    undecided: z.number().int().optional(),
  }),
  z.object({ type: z.literal('gap'), from: z.string(), to: z.string(), reason: z.string() }),
  z.object({ type: z.literal('lagging'), cursor: z.string(), behind: z.number().int() }),
])
export type TailItem = z.infer<typeof TailItem>

export const RANGES = ['15m', '1h', '24h', '7d'] as const
export const Range = z.enum(RANGES)

export const Overview = z.object({
  from: z.string(),
  to: z.string(),
  stepMs: z.number().int(),
  entries: z.number().int(),
  /** For the preceding period of equal length; null if nothing of it is retained. */
  entriesBefore: z.number().int().nullable(),
  /** Entries of risk 1 or more. */
  atRisk: z.number().int(),
  atRiskBefore: z.number().int().nullable(),
  bands: BandCounts,
  series: z.array(BandCounts.extend({ at: z.string() })),
  /** Mean over the last complete minute. */
  perSecond: z.number(),
  peakPerSecond: z.number(),
  peakAt: z.string().nullable(),
  /** Senders seen in the range, and those of them silent for more than an hour. */
  senders: z.number().int(),
  silent: z.number().int(),
  riskiest: z.array(
    z.object({
      sender: z.string(),
      riskMax: z.number().int(),
      band: Band,
      entries: z.number().int(),
      lastSeen: z.string(),
      /** Highest risk in each of about 24 equal parts of the range, oldest first. */
      spark: z.array(z.number().int()),
    }),
  ),
  rules: z.array(z.object({ ruleId: z.string(), title: z.string(), level: Level, entries: z.number().int() })),
  /** The newest entries of risk 60 or more. */
  latest: z.array(Row),
  head: z.string(),
})
export type Overview = z.infer<typeof Overview>

export const Me = z.object({
  username: z.string(),
  role: Role,
  org: z.object({ name: z.string(), slug: z.string() }),
  orgs: z.array(z.object({ name: z.string(), slug: z.string(), role: Role })),
})
export type Me = z.infer<typeof Me>

export const AuthStatus = z.object({
  /** No user exists yet, so anyone with the link can set up the server. */
  setup: z.boolean(),
  demo: z.boolean(),
  /** `SENTINELMESH_ANONYMOUS_ORG` is set, so every page shows a warning. */
  anonymousOrg: z.string().nullable(),
  version: z.string(),
  publicUrl: z.string(),
  me: Me.nullable(),
})

export const Username = z
  .string()
  .min(1)
  .max(LIMITS.usernameChars)
  .refine((name) => name.trim() === name, 'A username neither begins nor ends with a blank.')
/** Refuses NUL, because C libraries truncate a password there. */
export const NewPassword = z
  .string()
  .min(LIMITS.passwordMinChars)
  .max(LIMITS.passwordChars)
  .refine((password) => !password.includes('\0'), 'password must not hold a NUL character.')

/** For every input that sets a password: refuses easily guessed passwords as a problem of that field. */
export function refuseCommonPassword(
  { password, username, org }: { password: string; username: string; org: string },
  context: z.RefinementCtx,
): void {
  const message = passwordProblem(password, [username, org])
  if (message !== null) context.addIssue({ code: 'custom', path: ['password'], message })
}

export const OrgName = z
  .string()
  .min(1)
  .max(LIMITS.orgChars)
  .refine((name) => name.trim() === name && name !== '', 'A name neither begins nor ends with a blank.')

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  senderPrefix: z.string().nullable(),
  keepUnknown: z.boolean().meta({ description: 'Log records of telemetry that no mapper knows become entries.' }),
  entriesPerSecond: EntriesPerSecond.meta({
    description: 'Entries that it may report per second; null: any number. Verdicts and hooks do not count.',
  }),
  /** The first and last characters of the key, to tell keys apart. */
  hint: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const NewApiKey = z.object({
  name: z.string().min(1).max(LIMITS.keyNameChars),
  scopes: z.array(Scope).min(1).max(SCOPES.length),
  senderPrefix: z.string().min(1).max(LIMITS.senderChars).nullish(),
  keepUnknown: z.boolean().optional(),
  entriesPerSecond: EntriesPerSecond.optional(),
})

/** Newest first, at most `LIMITS.keysListed` per page. After a full page, request the next one with its last `id`. */
export const ApiKeysIn = z.object({ after: z.string().max(64).optional() }).optional()

export const ApiKeyRateIn = z.strictObject({ id: z.string().max(64), entriesPerSecond: EntriesPerSecond })

/** `key` is returned only here; the server stores only its SHA-256. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() })

/** The seed's `/register`. */
export const Register = z
  .object({
    username: z.string().min(1).max(LIMITS.usernameChars),
    password: NewPassword,
    org: z.string().min(1).max(LIMITS.orgChars),
    setup_token: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'For the first user, from the set-up link: what follows the #.' }),
    invitation: z.string().max(200).optional(),
  })
  .superRefine(refuseCommonPassword)
  .meta({ id: 'Register' })

export const TokenForm = z
  .object({
    username: z.string().min(1).max(LIMITS.usernameChars),
    password: z.string().min(1).max(LIMITS.passwordChars),
    grant_type: z.enum(['password', '']).optional(),
    refresh_token: z.string().max(200).optional().meta({
      description:
        'An earlier one of this user: guesses of others cannot delay a client that shows it. It is not spent.',
    }),
  })
  .meta({ id: 'TokenForm' })

export const RefreshIn = z.object({ refresh_token: z.string().min(1).max(200) }).meta({ id: 'RefreshIn' })

/** A number in a query string; an empty one counts as absent. */
const numberText = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d+$/, `has to be a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most))
const PageNumber = numberText(1, 1_000_000)
const Cursor = z.string().max(500)
/** Ignores unknown parameters, because the seed's clients send some. */
export const LegacyListQuery = z.object({
  page: PageNumber.optional(),
  per_page: numberText(1, LIMITS.pageRows).optional(),
  cursor: Cursor.optional(),
})
export const LegacyAlertsQuery = LegacyListQuery.extend({
  min_risk: numberText(0, 100).default(80),
})

/** `GET /api/v1/logs`. An unknown parameter is an error, because a misspelled filter would match everything. */
export const RestPageQuery = z.strictObject({
  ...LogsFilter.shape,
  limit: numberText(1, LIMITS.pageRows).default(100),
  cursor: Cursor.optional(),
  order: Order.default('newest'),
})

export const RestHistogramQuery = z.strictObject({
  ...LogsFilter.shape,
  buckets: numberText(1, LIMITS.histogramBuckets).default(100),
})

export const RestFacetsQuery = z.strictObject({
  ...LogsFilter.shape,
  fields: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(FacetField).min(1).max(FacetField.options.length))
    .default(FacetField.options)
    .meta({ description: `Separated by commas, of ${FacetField.options.join(', ')}; all of them where absent.` }),
  limit: numberText(1, LIMITS.facetValues).default(10),
})

const flagText = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
/** `GET /api/v1/logs/export`. */
export const RestExportQuery = z.strictObject({
  ...LogsFilter.shape,
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
  order: Order.default('oldest'),
  /** CSV begins with a byte order mark, so that Excel detects UTF-8. */
  bom: flagText,
  /** Ends with a line `{"type":"end","entries":…}`. Without that line, the export is truncated. */
  end_line: flagText,
})
export type RestExportQuery = z.infer<typeof RestExportQuery>
