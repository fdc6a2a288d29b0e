import type { Explanation } from '@sentinelmesh/rules'
import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import { Instant, Level, LogSourceOut, Place } from './words.ts'

/**
 * Snake case, as in rows: REST and tRPC share these schemas. `Problem` is the engine's own, as the linter prints it.
 */
export const RULE_KINDS = ['rule', 'correlation', 'filter'] as const
export const RuleKind = z.enum(RULE_KINDS)

export const RULE_STATES = ['on', 'off', 'quarantined', 'loaded_not_run', 'awaiting', 'refused'] as const
/**
 * `loaded_not_run`: a correlation, which is loaded but not run on new entries. `awaiting`: an imported filter that
 * names rules outside its import and does not bind to them until an owner confirms it. `refused`: a stored text that
 * this version of the program cannot parse; `problems` says why.
 */
export const RuleState = z.enum(RULE_STATES)

export const RULE_ORIGINS = ['builtin', 'own', 'import'] as const
export const RuleOrigin = z.enum(RULE_ORIGINS)

const RuleId = z.string().min(1).max(LIMITS.ruleIdChars)
const RuleText = z.string().min(1).max(LIMITS.ruleChars)
const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'has to be the hash that the rule was read with')
const Points = z.number().int().min(0).max(100)

/** An error or a warning about a rule's text. Lines and columns count from 1. */
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
    /** The correct text, if it is known. */
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
    /** The document's own value; null for filters and refused texts. */
    level: Level.nullable(),
    /** With the org's override. */
    effective_level: Level.nullable(),
    effective_points: z.number().nullable(),
    family: z.string().nullable(),
    state: RuleState,
    origin: RuleOrigin,
    /** SHA-256 of the text. It identifies this version; an update must name it. */
    hash: z.string(),
    tags: z.array(z.string()),
    logsource: LogSourceOut.nullable(),
    /** Entries with an unsuppressed match in the last 24 clock hours: in total, and per hour, oldest first. */
    matches_24h: z.number().int(),
    hourly: z.array(z.number().int()).length(24),
    last_match_at: z.string().nullable(),
    /** The org's level or points replace the document's. */
    overridden: z.boolean(),
    updated_at: z.string().nullable(),
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'RuleRow' })
export type RuleRow = z.infer<typeof RuleRow>

const Quarantine = z.object({
  at: z.string(),
  reason: z.string(),
  /** The slowest measurement that led to it, the budget, and the size of that entry. */
  micros: z.number().int(),
  budget_micros: z.number().int(),
  payload_bytes: z.number().int(),
  strikes: z.number().int(),
})

export const RuleDetail = RuleRow.extend({
  text: z.string(),
  /** The document's own values, regardless of the org's override. */
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
  /** For a filter or a correlation: the rules that it names, and the ones it is bound to. */
  refers_to: z.array(z.object({ reference: z.string(), id: z.string().nullable(), bound: z.boolean() })),
  /** How many of each are not listed. Present only if a list has more than `LIMITS.relatedRules`. */
  left_out: z
    .object({
      filters: z.number().int(),
      correlations: z.number().int(),
      refers_to: z.number().int(),
    })
    .optional(),
  /** Newest first. Each match names the version that made it. */
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
  /** Searches titles, ids, and tags, ignoring case. */
  q: z.string().max(200).optional(),
  order: RuleOrder.default('matches'),
  limit: z.number().int().min(1).max(LIMITS.pageRules).default(LIMITS.pageRules),
  /** Rows to skip. This is cheap, because the whole list is in memory. */
  offset: z.number().int().min(0).max(1_000_000).default(0),
})

export const RulesListOut = z
  .object({
    items: z.array(RuleRow),
    /** The number of matching rules. */
    total: z.number().int(),
    /** The offset of the next page, null at the end. A page also ends at 8 MiB. */
    next_offset: z.number().int().nullable(),
    /** Over all rules of the org. */
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
    /** SHA-256 of the compiled rule set. It changes whenever matching can change. */
    rule_set: z.string(),
  })
  .meta({ id: 'RulesListOut' })

export const RuleGetIn = z.object({
  id: RuleId,
  /** The hash of an older version. `text` and `problems` then belong to that version. */
  hash: Hash.optional(),
})
/** One document. If it has no `id`, one is added as its first line. */
export const RuleCreateIn = z.object({ text: RuleText })
export const RuleUpdateIn = z.object({
  id: RuleId,
  text: RuleText,
  /** The hash that was read. If the rule has changed since, the reply is `conflict` and says who changed it. */
  expected_hash: Hash,
})
export const RuleRemoveIn = z.object({ id: RuleId, expected_hash: Hash.optional() })
export const RuleEnableIn = z.object({ id: RuleId, enabled: z.boolean() })
/** Absent members stay unchanged; null restores the document's own. A level without points sets that level's points. */
export const RuleOverrideIn = z.object({ id: RuleId, level: Level.nullish(), points: Points.nullish() })
/** Accepts several documents. */
export const RuleCheckIn = z.object({ text: z.string().max(LIMITS.ruleChars) })
const Left = z.number().int()
/** How many items are missing. Present only if a list was cut at its limit on bytes. */
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

/** Tries a rule's text, or a rule by id, on a pasted or stored entry. */
export const RuleTryIn = z
  .object({
    text: RuleText.optional(),
    id: RuleId.optional(),
    /**
     * Verbatim JSON: an entry as it is reported, or any event without sender and payload. On an event, every rule is
     * tried, whatever its log source.
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
    /**
     * `Explanation` of @sentinelmesh/rules: for each part of the rule, whether it matched, where, and the actual
     * values.
     */
    explanation: z.custom<Explanation>(),
    /** The explanation in sentences, one per line. */
    explained: z.string(),
  })
  .meta({ id: 'RuleTried' })

export const RuleTryOut = z
  .object({
    read_as: z.enum(['entry', 'event']),
    /** The judged entry, whose fields the places refer to. Null for an event, whose own fields they refer to. */
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
  /** The name that rules use: `sender`, `session`, `attributes.tool`, `payload.user.name`. */
  field: z.string().min(1).max(LIMITS.filterFieldChars),
  /** Literal text without wildcards; case is ignored. */
  value: z.string().max(LIMITS.filterValueChars),
})

const FILTER_BY = oneOf('conditions', 'text')
const FilterIn = z.object({
  rule_id: RuleId,
  /** Matches are suppressed if all of these conditions hold. */
  conditions: z.array(FilterCondition).min(1).max(LIMITS.filterConditions).optional(),
  /** Alternatively, a whole Sigma filter that names the rule. */
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
    /** Unsuppressed stored matches of the rule in that time, among those examined. */
    matches: z.number().int(),
    suppressed: z.number().int(),
    examples: z.array(
      z.object({ log_id: z.string(), at: z.string(), sender: z.string(), risk: z.number().int(), snippet: z.string() }),
    ),
    /** Only the newest matches were examined. */
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
  /** Requests with the same id are one import, whose filters bind to all of its rules. Absent for a new import. */
  import_id: z.uuid().optional(),
  sources: z.array(ImportSource).min(1).max(LIMITS.importSources),
  dry_run: z.boolean().default(false),
  /** A document can replace an own or imported one with its id, but never a built-in rule. */
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
        /** Only warnings, so it loads anyway. */
        warnings: z.number().int(),
      }),
    ),
    refused: z.array(
      z.object({
        /** The document's title or id, if it can be parsed. */
        id: z.string().nullable(),
        title: z.string().nullable(),
        file: z.string().nullable(),
        problems: z.array(RuleProblem),
      }),
    ),
    /** Documents that are already stored, verbatim. */
    unchanged: z.number().int(),
    /** The changes made while converting the seed's own format, one sentence each. */
    changed: z.array(z.object({ file: z.string().nullable(), id: z.string().nullable(), message: z.string() })),
    /** Filters that name rules outside this import. They do not apply to those until an owner confirms. */
    awaiting: z.array(z.object({ id: z.string(), title: z.string(), rules: z.array(z.string()) })),
    left_out: leftOut({ loaded: Left, refused: Left, changed: Left, awaiting: Left }),
  })
  .meta({ id: 'RulesImportOut' })
export type RulesImportOut = z.infer<typeof RulesImportOut>

export const FiltersConfirmIn = z.object({ ids: z.array(RuleId).min(1).max(LIMITS.pageRules) })
export const FiltersConfirmOut = z.object({ confirmed: z.array(z.string()) }).meta({ id: 'FiltersConfirmOut' })

/** At most 8 MiB of text; `GET /api/v1/rules.yaml` streams any size. */
export const RulesExportOut = z.object({
  /** The org's own and imported documents, then its settings as comments. It can be imported again. */
  text: z.string(),
  documents: z.number().int(),
  settings: z.number().int(),
})

export const BacktestIn = z
  .object({
    /** One or more documents. Correlations also run. */
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
  /** Suppressed by a filter among the documents or of the org. */
  filtered: z.number().int(),
  /** Compared with the org's current rule set on the same entries; null if it has no rule with this id. */
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
    /** Progress through the time between `from` and `to`, 0–1, and the instant reached. */
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
    /** A limit ended it early, at `to`. */
    incomplete: z.boolean(),
  }),
])
export type BacktestItem = z.infer<typeof BacktestItem>

/** The query string of `GET /api/v1/rules`. An unknown parameter is an error, as with entries. */
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
