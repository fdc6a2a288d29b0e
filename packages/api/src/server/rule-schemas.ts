import type { Explanation } from '@sentinelmesh/rules'
import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { Instant, Level, LogSourceOut, Place } from './words.ts'

/** Snake case here as in rows: REST and tRPC share these schemas. `Problem` is the engine's own, as the linter prints it. */
export const RULE_KINDS = ['rule', 'correlation', 'filter'] as const
export const RuleKind = z.enum(RULE_KINDS)

export const RULE_STATES = ['on', 'off', 'quarantined', 'loaded_not_run', 'awaiting', 'refused'] as const
/**
 * `loaded_not_run`: a correlation; they are loaded and wait for the correlator. `awaiting`: an imported filter that
 * names rules of others and binds only to those of its own import until an owner confirms it. `refused`: a stored text
 * that this version of the program does not read; `problems` says why.
 */
export const RuleState = z.enum(RULE_STATES)

export const RULE_ORIGINS = ['builtin', 'own', 'import'] as const
export const RuleOrigin = z.enum(RULE_ORIGINS)

const RuleId = z.string().min(1).max(LIMITS.ruleIdChars)
const RuleText = z.string().min(1).max(LIMITS.ruleChars)
const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'has to be the hash that the rule was read with')
const Points = z.number().int().min(0).max(100)

/** What is wrong with, or suspicious in, a rule's text. Lines and columns count from 1. */
export const RuleProblem = z
  .object({
    file: z.string().nullable(),
    range: z.object({
      line: z.number().int(),
      column: z.number().int(),
      endLine: z.number().int(),
      endColumn: z.number().int(),
    }),
    /** `detection.selection.A|contains`; `$` for the whole document. */
    path: z.string(),
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    /** What would be right, where that can be known. */
    mend: z.string().nullable(),
    ruleId: z.string().nullable(),
  })
  .meta({ id: 'RuleProblem' })
export type RuleProblem = z.infer<typeof RuleProblem>

export const RuleRow = z
  .object({
    id: z.string(),
    kind: RuleKind,
    title: z.string(),
    /** As the document has it; null for filters, and where the text is refused. */
    level: Level.nullable(),
    /** With the org's override. */
    effective_level: Level.nullable(),
    effective_points: z.number().nullable(),
    family: z.string().nullable(),
    state: RuleState,
    origin: RuleOrigin,
    /** SHA-256 of the text: names this version, and is what an update expects. */
    hash: z.string(),
    tags: z.array(z.string()),
    logsource: LogSourceOut.nullable(),
    /** Entries with a match that no filter held back: of the last 24 hours of the clock, and of each, oldest first. */
    matches_24h: z.number().int(),
    hourly: z.array(z.number().int()).length(24),
    last_match_at: z.string().nullable(),
    /** The org's level or points stand in place of the document's. */
    overridden: z.boolean(),
    updated_at: z.string().nullable(),
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'RuleRow' })
export type RuleRow = z.infer<typeof RuleRow>

const Quarantine = z.object({
  at: z.string(),
  reason: z.string(),
  /** What was measured: the dearest of the times that led to it, against the budget, and the size of that entry. */
  micros: z.number().int(),
  budget_micros: z.number().int(),
  payload_bytes: z.number().int(),
  strikes: z.number().int(),
})

export const RuleDetail = RuleRow.extend({
  text: z.string(),
  /** As the document has them, whatever the org's override. */
  points: z.number().nullable(),
  override: z.object({ level: Level.nullable(), points: z.number().nullable() }),
  enabled: z.boolean(),
  description: z.string().nullable(),
  author: z.string().nullable(),
  license: z.string().nullable(),
  status: z.string().nullable(),
  date: z.string().nullable(),
  modified: z.string().nullable(),
  references: z.array(z.string()),
  falsepositives: z.array(z.string()),
  problems: z.array(RuleProblem),
  /** The filters that apply to this rule. */
  filters: z.array(z.object({ id: z.string(), title: z.string(), state: RuleState, origin: RuleOrigin })),
  /** The correlations that refer to it. */
  correlations: z.array(z.object({ id: z.string(), title: z.string() })),
  /** Of a filter or a correlation: the rules that it names, and to which of them it is bound. */
  refers_to: z.array(z.object({ reference: z.string(), id: z.string().nullable(), bound: z.boolean() })),
  /** Only where a list has more than `LIMITS.relatedRules`: how many are not listed, of each. */
  left_out: z
    .object({
      filters: z.number().int(),
      correlations: z.number().int(),
      refers_to: z.number().int(),
    })
    .optional(),
  /** Newest first; matches name the one that made them. */
  versions: z.array(z.object({ hash: z.string(), title: z.string(), first_seen_at: z.string(), current: z.boolean() })),
  quarantine: Quarantine.nullable(),
  import_id: z.string().nullable(),
  /** The name of the file that it was imported from. */
  file: z.string().nullable(),
  created_at: z.string().nullable(),
  created_by: z.string().nullable(),
}).meta({ id: 'RuleDetail' })
export type RuleDetail = z.infer<typeof RuleDetail>

export const RuleOrder = z.enum(['matches', 'level', 'title', 'changed'])

export const RulesListIn = z.object({
  kind: RuleKind.optional(),
  state: RuleState.optional(),
  origin: RuleOrigin.optional(),
  level: Level.optional(),
  /** In the title, id, or a tag; the case of letters does not matter. */
  q: z.string().max(200).optional(),
  order: RuleOrder.default('matches'),
  limit: z.number().int().min(1).max(LIMITS.pageRules).default(LIMITS.pageRules),
  /** Rows to pass over: the whole list is in memory, so that this costs nothing. */
  offset: z.number().int().min(0).max(1_000_000).default(0),
})

export const RulesListOut = z
  .object({
    items: z.array(RuleRow),
    /** Of what was asked for. */
    total: z.number().int(),
    /** Where the list continues; a page is cut at 8 MiB, too. Null at its end. */
    next_offset: z.number().int().nullable(),
    /** Of all rules of the org. */
    counts: z.object({
      all: z.number().int(),
      on: z.number().int(),
      off: z.number().int(),
      quarantined: z.number().int(),
      loaded_not_run: z.number().int(),
      awaiting: z.number().int(),
      refused: z.number().int(),
      overridden: z.number().int(),
    }),
    /** SHA-256 of the compiled rule set: it changes with everything that changes what matches. */
    rule_set: z.string(),
  })
  .meta({ id: 'RulesListOut' })

export const RuleGetIn = z.object({
  id: RuleId,
  /** An older version: `text` and `problems` are its own. */
  hash: Hash.optional(),
})
/** One document. Without an `id` it is given one, as its first line. */
export const RuleCreateIn = z.object({ text: RuleText })
export const RuleUpdateIn = z.object({
  id: RuleId,
  text: RuleText,
  /** The hash that was read: where it is no longer the rule's, the answer is `conflict` and says who changed it. */
  expected_hash: Hash,
})
export const RuleRemoveIn = z.object({ id: RuleId, expected_hash: Hash.optional() })
export const RuleEnableIn = z.object({ id: RuleId, enabled: z.boolean() })
/** What is absent stays; null gives back the document's own. A level without points brings the points of that level. */
export const RuleOverrideIn = z.object({ id: RuleId, level: Level.nullish(), points: Points.nullish() })
/** Several documents are fine. */
export const RuleCheckIn = z.object({ text: z.string().max(LIMITS.ruleChars) })
const Left = z.number().int()
/** Only where a list was cut at its bytes: how many are not in it. */
const leftOut = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).optional()

export const RuleCheckOut = z
  .object({
    left_out: leftOut({ problems: Left, rules: Left }),
    problems: z.array(RuleProblem),
    documents: z.number().int(),
    rules: z.array(
      z.object({
        id: z.string(),
        kind: RuleKind,
        title: z.string(),
        level: Level.nullable(),
        points: z.number().nullable(),
        family: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RuleCheckOut' })

const oneOf = (first: string, second: string) => ({
  check: (input: Record<string, unknown>) => (input[first] === undefined) !== (input[second] === undefined),
  message: `takes ${first} or ${second}, and not both`,
})
const TRIED = oneOf('text', 'id')
const ON = oneOf('entry', 'log_id')

/** A text or a rule by its id, on a pasted entry or on a stored one. */
export const RuleTryIn = z
  .object({
    text: RuleText.optional(),
    id: RuleId.optional(),
    /**
     * JSON, to the letter: an entry as it is reported, or, where it has no sender and payload, any event; then every
     * rule is tried, whatever its log source.
     */
    entry: z.string().min(1).max(LIMITS.entryBytes).optional(),
    log_id: z.string().max(64).optional(),
  })
  .refine(TRIED.check, TRIED.message)
  .refine(ON.check, ON.message)

export const RuleTried = z
  .object({
    rule_id: z.string(),
    title: z.string(),
    level: Level,
    points: z.number(),
    held: z.boolean(),
    filtered_by: z.string().nullable(),
    /** All of them, for marking the entry. */
    places: z.array(Place),
    /** `Explanation` of @sentinelmesh/rules: each part of the rule, whether it held, where, and what was found instead. */
    explanation: z.custom<Explanation>(),
    /** The same in sentences, a line each. */
    explained: z.string(),
  })
  .meta({ id: 'RuleTried' })

export const RuleTryOut = z
  .object({
    read_as: z.enum(['entry', 'event']),
    /** What the places are in: the entry's fields, as judged. Null for an event, where they are in its own fields. */
    entry: z
      .object({
        sender: z.string(),
        receiver: z.string().nullable(),
        kind: z.string(),
        session: z.string().nullable(),
        context: z.string().nullable(),
        payload: z.string(),
        payload_type: z.enum(['text', 'json']),
        attributes: z.string().nullable(),
      })
      .nullable(),
    results: z.array(RuleTried),
    problems: z.array(RuleProblem),
  })
  .meta({ id: 'RuleTryOut' })

export const FilterCondition = z.object({
  /** As rules name it: `sender`, `session`, `attributes.tool`, `payload.user.name`. */
  field: z.string().min(1).max(LIMITS.filterFieldChars),
  /** Taken to the letter; the case of letters does not matter. */
  value: z.string().max(LIMITS.filterValueChars),
})

const FILTER_BY = oneOf('conditions', 'text')
const FilterIn = z.object({
  rule_id: RuleId,
  /** Matches are held back where all of these hold. */
  conditions: z.array(FilterCondition).min(1).max(LIMITS.filterConditions).optional(),
  /** Or a whole Sigma filter that names the rule. */
  text: RuleText.optional(),
})
export const FilterAddIn = FilterIn.extend({ title: z.string().min(1).max(200).optional() }).refine(
  FILTER_BY.check,
  FILTER_BY.message,
)
export const FilterPreviewIn = FilterIn.refine(FILTER_BY.check, FILTER_BY.message)

export const FilterPreviewOut = z
  .object({
    from: z.string(),
    to: z.string(),
    /** Stored matches of the rule in that time that no filter held back, as far as was looked. */
    matches: z.number().int(),
    suppressed: z.number().int(),
    examples: z.array(
      z.object({ log_id: z.string(), at: z.string(), sender: z.string(), risk: z.number().int(), snippet: z.string() }),
    ),
    /** Not all of them were looked at: the newest were. */
    incomplete: z.boolean(),
    /** The filter that would be added. */
    text: z.string(),
  })
  .meta({ id: 'FilterPreviewOut' })

export const ImportSource = z.object({
  file: z.string().max(LIMITS.fileNameChars).nullable(),
  text: z.string().max(LIMITS.ruleFileChars),
})
export const RulesImportIn = z.object({
  /** Several requests with one id are one import: its filters bind to all of its rules. Absent: a new one. */
  import_id: z.uuid().optional(),
  sources: z.array(ImportSource).min(1).max(LIMITS.importSources),
  dry_run: z.boolean().default(false),
  /** A document may take the place of an own or imported one with its id. Never of a built-in rule. */
  replace: z.boolean().default(false),
})

export const RulesImportOut = z
  .object({
    import_id: z.string(),
    dry_run: z.boolean(),
    loaded: z.array(
      z.object({
        id: z.string(),
        kind: RuleKind,
        title: z.string(),
        file: z.string().nullable(),
        outcome: z.enum(['added', 'replaced']),
        /** Warnings: it loads all the same. */
        warnings: z.number().int(),
      }),
    ),
    refused: z.array(
      z.object({
        /** What the document calls itself, where that much can be read. */
        id: z.string().nullable(),
        title: z.string().nullable(),
        file: z.string().nullable(),
        problems: z.array(RuleProblem),
      }),
    ),
    /** Documents that are there already, to the letter. */
    unchanged: z.number().int(),
    /** What was changed in reading the seed's own format, a sentence each. */
    changed: z.array(z.object({ file: z.string().nullable(), id: z.string().nullable(), message: z.string() })),
    /** Filters that name rules of others: not applied to those until an owner confirms. */
    awaiting: z.array(z.object({ id: z.string(), title: z.string(), rules: z.array(z.string()) })),
    left_out: leftOut({ loaded: Left, refused: Left, changed: Left, awaiting: Left }),
  })
  .meta({ id: 'RulesImportOut' })
export type RulesImportOut = z.infer<typeof RulesImportOut>

export const FiltersConfirmIn = z.object({ ids: z.array(RuleId).min(1).max(LIMITS.pageRules) })
export const FiltersConfirmOut = z.object({ confirmed: z.array(z.string()) }).meta({ id: 'FiltersConfirmOut' })

/** At most 8 MiB of text; `GET /api/v1/rules.yaml` streams any. */
export const RulesExportOut = z.object({
  /** The org's own and imported documents, then its settings as comments. Import reads it again. */
  text: z.string(),
  documents: z.number().int(),
  settings: z.number().int(),
})

export const BacktestIn = z
  .object({
    /** One or several documents; correlations are run as well. */
    text: z.string().min(1).max(LIMITS.ruleFileChars).optional(),
    id: RuleId.optional(),
    /** Inclusive. */
    from: Instant,
    /** Exclusive. */
    to: Instant,
  })
  .refine(TRIED.check, TRIED.message)

const Top = z.array(z.object({ value: z.string(), matches: z.number().int() }))
export const BacktestRule = z.object({
  rule_id: z.string(),
  kind: RuleKind,
  title: z.string(),
  level: Level,
  matches: z.number().int(),
  /** Held back by a filter among the documents, or by one of the org's. */
  filtered: z.number().int(),
  /** Against the org's rule set as it is now, on the same entries: null where it has no rule of this id. */
  changed: z.object({ new: z.number().int(), gone: z.number().int(), same: z.number().int() }).nullable(),
  /** Matches of one rule by one sender within an hour are one alert. */
  alerts_per_day: z.number(),
  top: z.object({ sender: Top, kind: Top, session: Top }),
  examples: z.array(z.object({ log_id: z.string(), at: z.string(), sender: z.string(), snippet: z.string() })),
})

export const BacktestItem = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    scanned: z.number().int(),
    matches: z.number().int(),
    /** How much of the time between `from` and `to` is behind, 0–1, and up to where. */
    fraction: z.number(),
    at: z.string(),
  }),
  z.object({
    type: z.literal('result'),
    from: z.string(),
    to: z.string(),
    scanned: z.number().int(),
    matches: z.number().int(),
    alerts_per_day: z.number(),
    step_ms: z.number().int(),
    /** Matches over time, oldest first. */
    series: z.array(z.object({ at: z.string(), matches: z.number().int() })),
    rules: z.array(BacktestRule),
    problems: z.array(RuleProblem),
    left_out: leftOut({ rules: Left, problems: Left }),
    /** A limit ended it; `to` is how far it came. */
    incomplete: z.boolean(),
  }),
])
export type BacktestItem = z.infer<typeof BacktestItem>

/** A list in a query string: `GET /api/v1/rules`. An unknown parameter is an error, as with entries. */
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `has to be a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most))
export const RestRulesQuery = z.strictObject({
  ...RulesListIn.shape,
  limit: wholeNumber(1, LIMITS.pageRules).default(LIMITS.pageRules),
  offset: wholeNumber(0, 1_000_000).default(0),
})
export const RestRuleQuery = z.strictObject({ hash: Hash.optional() })
export const RestRemoveQuery = z.strictObject({ expected_hash: Hash.optional() })
/** `PATCH /api/v1/rules/{id}`: one or more of them. */
export const RuleSettingsIn = z.strictObject({
  enabled: z.boolean().optional(),
  level: Level.nullish(),
  points: Points.nullish(),
})
