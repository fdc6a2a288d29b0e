import { MODIFIER_NAMES, TIME_RANGES } from '../src/parse/values/modifiers.ts'
import { RELATIONS, STATUSES, TAG, TITLE_CHARS } from '../src/parse/parse-head.ts'
import { CORRELATION_TYPES } from '../src/parse/rule.ts'
import { LEVELS } from '../src/risk.ts'

type Schema = Readonly<Record<string, unknown>>

const text = { type: 'string', minLength: 1 }
const texts = { type: 'array', items: { type: 'string' } }
const scalar = { type: ['string', 'number', 'boolean'] }
const oneOrMore = (item: Schema): Schema => ({ anyOf: [item, { type: 'array', minItems: 1, items: item }] })
const name = { type: ['string', 'number'] }
const number = { anyOf: [{ type: 'number' }, { type: 'string', pattern: String.raw`^[+-]?\d` }] }

/** A date, also as it was written before Sigma 2.0. */
const date = {
  type: 'string',
  pattern: String.raw`^\d{4}[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])$`,
  description: 'YYYY-MM-DD',
}

/** What every kind of document says of itself. Keys of one's own are allowed. */
const head = {
  title: { ...text, maxLength: TITLE_CHARS },
  id: { ...name, description: 'A UUID, or a short text of your own. No two documents share one.' },
  name: { type: ['string', 'null'], description: 'By which correlations and filters may refer to the document.' },
  description: { type: ['string', 'null'] },
  status: { enum: STATUSES },
  author: { type: ['string', 'null'] },
  license: { type: ['string', 'null'] },
  date,
  modified: date,
  references: texts,
  falsepositives: { ...texts, description: 'When the rule holds and nothing is wrong.' },
  tags: { type: 'array', items: { type: 'string', pattern: TAG.source } },
  level: { enum: LEVELS },
  related: {
    type: 'array',
    items: {
      type: 'object',
      required: ['id', 'type'],
      properties: { id: name, type: { enum: [...RELATIONS, 'obsoletes'] } },
    },
  },
  sentinelmesh: {
    type: 'object',
    additionalProperties: false,
    properties: {
      points: { type: 'integer', minimum: 0, maximum: 100, description: 'In place of those of the level.' },
      family: { ...text, not: { const: 'reported' }, description: 'Of a family only the largest points count.' },
    },
  },
}

const logsource = {
  type: 'object',
  properties: { product: { type: 'string' }, category: { type: 'string' }, service: { type: 'string' } },
  anyOf: ['product', 'category', 'service'].map((key) => ({ required: [key] })),
}

/** A key with one of these modifiers. */
const having = (...names: readonly string[]) => String.raw`\|(${names.join('|')})(\||$)`

/** Without "expand": what a placeholder stands for cannot be known here. */
const havingPlain = (name: string) => `^(?!.*${having('expand')}).*${having(name)}`

const wholeNumbers = (least: number, most: number) =>
  oneOrMore({
    anyOf: [
      { type: 'integer', minimum: least, maximum: most },
      { type: 'string', pattern: String.raw`^\d+$` },
    ],
  })

const fields = {
  type: 'object',
  minProperties: 1,
  propertyNames: {
    anyOf: [{ const: '|all' }, { pattern: String.raw`^[^|]+(\|(${MODIFIER_NAMES.join('|')}))*$` }],
    description: 'A field and its modifiers: field|modifier|modifier',
  },
  additionalProperties: { anyOf: [{ type: 'null' }, ...(oneOrMore(scalar)['anyOf'] as Schema[])] },
  patternProperties: {
    [having('all')]: { type: 'array', minItems: 2, items: scalar },
    [having('exists')]: { type: 'boolean' },
    [having('re', 'contains', 'startswith', 'endswith', 'cased')]: oneOrMore(scalar),
    [having('fieldref', 'windash', 'base64', 'base64offset', 'wide', 'utf16', 'utf16le', 'utf16be')]: oneOrMore({
      type: 'string',
    }),
    ...Object.fromEntries(['lt', 'lte', 'gt', 'gte'].map((modifier) => [havingPlain(modifier), oneOrMore(number)])),
    ...Object.fromEntries(
      Object.entries(TIME_RANGES).map(([part, [least, most]]) => [havingPlain(part), wholeNumbers(least, most)]),
    ),
    [havingPlain('cidr')]: oneOrMore({ type: 'string', pattern: String.raw`^[0-9a-fA-F:.]+/\d{1,3}$` }),
  },
}

const selection = {
  anyOf: [
    { $ref: '#/$defs/fields' },
    { type: 'array', minItems: 1, items: { anyOf: [{ ...scalar, minLength: 1 }, { $ref: '#/$defs/fields' }] } },
  ],
  description: 'A map: all of its fields. A list of maps or of keywords: any of them.',
}

const condition = {
  ...oneOrMore(text),
  description: 'and, or, not, parentheses; 1 of selection_*, all of selection_*, 1 of them. A list: any of them.',
}

const detection = {
  type: 'object',
  required: ['condition'],
  minProperties: 2,
  properties: { condition, timeframe: { type: 'string', deprecated: true } },
  additionalProperties: { $ref: '#/$defs/selection' },
}

const filter = {
  type: 'object',
  required: ['rules', 'condition'],
  minProperties: 3,
  properties: { rules: { ...oneOrMore(name), description: 'Ids or names of rules, or: any' }, condition },
  additionalProperties: { $ref: '#/$defs/selection' },
}

const field = oneOrMore(name)
const operators = Object.fromEntries(['eq', 'neq', 'lt', 'lte', 'gt', 'gte'].map((operator) => [operator, number]))

const typesWith = (start: string) => CORRELATION_TYPES.filter((type) => type.startsWith(start))

const correlation = {
  type: 'object',
  required: ['type', 'rules', 'timespan'],
  additionalProperties: false,
  properties: {
    type: { enum: CORRELATION_TYPES },
    rules: { ...oneOrMore(name), description: 'Ids or names of rules or correlations.' },
    'group-by': { anyOf: [name, { type: 'array', items: name }] },
    timespan: { type: 'string', pattern: '^[1-9][0-9]*[smhd]$', description: '30s, 5m, 2h, 1d' },
    condition: {
      type: 'object',
      additionalProperties: false,
      properties: { ...operators, field, percentile: { type: 'number', minimum: 0, maximum: 100 } },
      anyOf: Object.keys(operators).map((operator) => ({ required: [operator] })),
    },
    aliases: { type: 'object', additionalProperties: { type: 'object', additionalProperties: name } },
    generate: { type: 'boolean' },
  },
  anyOf: [
    { properties: { type: { enum: typesWith('temporal') } } },
    { properties: { type: { enum: typesWith('event_') } }, required: ['condition'] },
    {
      properties: { type: { enum: typesWith('value_') }, condition: { required: ['field'] } },
      required: ['condition'],
    },
  ],
}

/** The JSON Schema of one document: what an editor can tell while it is written. Reading a rule tells more. */
export function ruleSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Sigma rule, correlation or filter',
    type: 'object',
    required: ['title'],
    properties: head,
    anyOf: ['detection', 'correlation', 'filter'].map((kind) => ({ required: [kind] })),
    dependentSchemas: {
      detection: { required: ['logsource'], properties: { logsource, detection } },
      correlation: { properties: { correlation, generate: { type: 'boolean' }, detection: false, filter: false } },
      filter: { required: ['logsource'], properties: { logsource, filter, detection: false, sentinelmesh: false } },
    },
    $defs: { fields, selection },
  }
}
