import { z } from 'zod'
import { schemas } from '@sentinelmesh/api/server'
import type { Operation } from './operation.ts'

const ID_IN_PATH = { id: true } as const

export const RULE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/rules',
    summary: 'The rule set',
    description: 'Built-in rules, own and imported ones, with what the organization decided about them.',
    parameters: schemas.RestRulesQuery,
    reply: schemas.RulesListOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules',
    summary: 'Create a rule',
    description:
      'One Sigma rule, correlation or filter. 422 with problems, each with its place, where it cannot be used.',
    body: { 'application/json': schemas.RuleCreateIn },
    reply: schemas.RuleDetail,
  },
  {
    method: 'get',
    path: '/api/v1/rules.yaml',
    summary: 'Export: own and imported rules as one YAML file',
    replyType: 'application/yaml',
  },
  {
    method: 'get',
    path: '/api/v1/rules/{id}',
    summary: 'One rule, or with a hash one of its versions',
    parameters: schemas.RestRuleQuery,
    reply: schemas.RuleDetail,
  },
  {
    method: 'put',
    path: '/api/v1/rules/{id}',
    summary: 'Change the text of a rule',
    description: '409 says who changed it since it was read.',
    body: { 'application/json': schemas.RuleUpdateIn.omit(ID_IN_PATH) },
    reply: schemas.RuleDetail,
  },
  {
    method: 'patch',
    path: '/api/v1/rules/{id}',
    summary: 'Turn a rule on or off, or set its level or points',
    description: 'null gives back what the document says.',
    body: { 'application/json': schemas.RuleSettingsIn },
    reply: schemas.RuleDetail,
  },
  {
    method: 'delete',
    path: '/api/v1/rules/{id}',
    summary: 'Remove an own or imported rule',
    parameters: schemas.RestRemoveQuery,
    reply: z.object({ id: z.string() }),
  },
  {
    method: 'post',
    path: '/api/v1/rules/{id}/release',
    summary: 'End the quarantine of a rule',
    reply: schemas.RuleDetail,
  },
  {
    method: 'post',
    path: '/api/v1/rules/check',
    summary: 'What is wrong or suspicious in rules; nothing is stored',
    body: { 'application/json': schemas.RuleCheckIn },
    reply: schemas.RuleCheckOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/try',
    summary: 'Why rules hold for an entry, or why not; nothing is stored',
    description: 'text or id; entry (its JSON as a text) or log_id.',
    body: { 'application/json': schemas.RuleTryIn },
    reply: schemas.RuleTryOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/filters',
    summary: 'Add a filter to a rule',
    description: 'From then on matches for which all conditions hold are kept with their entry, and count nowhere.',
    body: { 'application/json': schemas.FilterAddIn },
    reply: schemas.RuleDetail,
  },
  {
    method: 'post',
    path: '/api/v1/rules/filters/preview',
    summary: 'Which stored matches a filter would have held back',
    body: { 'application/json': schemas.FilterPreviewIn },
    reply: schemas.FilterPreviewOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/filters/confirm',
    summary: 'Let imported filters bind to rules of others',
    description: 'An owner, signed in.',
    body: { 'application/json': schemas.FiltersConfirmIn },
    reply: schemas.FiltersConfirmOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/import',
    summary: 'Import rules',
    description: 'Sigma, or the rules.yaml of the original. Several requests with one import_id are one import.',
    body: { 'application/json': schemas.RulesImportIn },
    reply: schemas.RulesImportOut,
  },
  {
    method: 'post',
    path: '/api/v1/rules/backtest',
    summary: 'What rules would have matched among stored entries',
    description: 'One JSON object a line: progress, then a result. Hanging up ends it.',
    body: { 'application/json': schemas.BacktestIn },
    reply: schemas.BacktestItem,
    replyType: 'application/x-ndjson',
  },
]
