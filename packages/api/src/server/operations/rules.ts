import { z } from 'zod'
import * as schemas from '../schemas.ts'
import type { Operations } from './operation.ts'

const Rule = schemas.RuleDetail

/** The rule set of an organization. */
export const rules = {
  list: {
    kind: 'query',
    action: 'rules.read',
    summary: 'The rule set',
    description: 'Built-in rules, own and imported ones, with what the organization decided about them.',
    input: schemas.RulesListIn,
    output: schemas.RulesListOut,
    rest: { method: 'get', path: '/api/v1/rules', query: schemas.RestRulesQuery },
  },
  create: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Create a rule',
    description:
      'One Sigma rule, correlation or filter. 422 with problems, each with its place, where it cannot be used.',
    input: schemas.RuleCreateIn,
    output: Rule,
    rest: { method: 'post', path: '/api/v1/rules' },
  },
  export: {
    kind: 'query',
    action: 'rules.read',
    summary: 'Export: own and imported rules as one YAML file',
    output: schemas.RulesExportOut,
    rest: {
      method: 'get',
      path: '/api/v1/rules.yaml',
      reply: { type: 'application/yaml' },
      isOwnRoute: true,
    },
  },
  get: {
    kind: 'query',
    action: 'rules.read',
    summary: 'One rule, or with a hash one of its versions',
    input: schemas.RuleGetIn,
    output: Rule,
    rest: { method: 'get', path: '/api/v1/rules/{id}', query: schemas.RestRuleQuery },
  },
  update: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Change the text of a rule',
    description: '409 says who changed it since it was read.',
    input: schemas.RuleUpdateIn,
    output: Rule,
    rest: { method: 'put', path: '/api/v1/rules/{id}' },
  },
  setEnabled: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Turn a rule on or off',
    input: schemas.RuleEnableIn,
    output: Rule,
  },
  override: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Set the level or the points of a rule; null gives back what the document says',
    input: schemas.RuleOverrideIn,
    output: Rule,
  },
  remove: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Remove an own or imported rule',
    input: schemas.RuleRemoveIn,
    output: z.object({ id: z.string() }),
    rest: { method: 'delete', path: '/api/v1/rules/{id}', query: schemas.RestRemoveQuery },
  },
  release: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'End the quarantine of a rule',
    description: 'It runs again, and its costs are counted from nothing.',
    input: z.object({ id: z.string().max(500) }),
    output: Rule,
    rest: { method: 'post', path: '/api/v1/rules/{id}/release', body: null },
  },
  check: {
    kind: 'mutation',
    action: 'rules.read',
    summary: 'What is wrong or suspicious in rules; nothing is stored',
    input: schemas.RuleCheckIn,
    output: schemas.RuleCheckOut,
    rest: { method: 'post', path: '/api/v1/rules/check' },
  },
  try: {
    kind: 'mutation',
    // With the id of a stored entry, it also takes `logs.read`, which the service checks.
    action: 'rules.read',
    summary: 'Why rules hold for an entry, or why not; nothing is stored',
    description: 'text or id; entry (its JSON as a text) or log_id.',
    input: schemas.RuleTryIn,
    output: schemas.RuleTryOut,
    rest: { method: 'post', path: '/api/v1/rules/try' },
  },
  addFilter: {
    kind: 'mutation',
    action: 'rules.filter',
    summary: 'Add a filter to a rule',
    description: 'From then on matches for which all conditions hold are kept with their entry, and count nowhere.',
    input: schemas.FilterAddIn,
    output: Rule,
    rest: { method: 'post', path: '/api/v1/rules/filters' },
  },
  previewFilter: {
    kind: 'mutation',
    action: 'rules.backtest',
    summary: 'Which stored matches a filter would have held back',
    input: schemas.FilterPreviewIn,
    output: schemas.FilterPreviewOut,
    rest: { method: 'post', path: '/api/v1/rules/filters/preview' },
  },
  confirmFilters: {
    kind: 'mutation',
    action: 'rules.confirm',
    summary: 'Let imported filters bind to rules of others',
    description: 'An owner, signed in.',
    input: schemas.FiltersConfirmIn,
    output: schemas.FiltersConfirmOut,
    rest: { method: 'post', path: '/api/v1/rules/filters/confirm' },
  },
  import: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Import rules',
    description: 'Sigma, or the rules.yaml of the original. Several requests with one import_id are one import.',
    input: schemas.RulesImportIn,
    output: schemas.RulesImportOut,
    rest: { method: 'post', path: '/api/v1/rules/import' },
  },
  backtest: {
    kind: 'subscription',
    action: 'rules.backtest',
    summary: 'What rules would have matched among stored entries',
    description: 'One JSON object a line: progress, then a result. Hanging up ends it.',
    input: schemas.BacktestIn,
    output: schemas.BacktestItem,
    rest: { method: 'post', path: '/api/v1/rules/backtest' },
  },
} as const satisfies Operations

/** The REST counterpart of `setEnabled` and `override` together. */
export const ruleSettings = {
  change: {
    kind: 'mutation',
    action: 'rules.write',
    summary: 'Turn a rule on or off, or set its level or points',
    description: 'null gives back what the document says.',
    input: schemas.RuleSettingsIn.extend({ id: z.string().max(500) }),
    output: Rule,
    rest: { method: 'patch', path: '/api/v1/rules/{id}' },
  },
} as const satisfies Operations
