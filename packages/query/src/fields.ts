import type { EnumField, PresenceField, TextField, TimeField } from './ast.ts'

export type FieldName = TextField | EnumField | TimeField | 'risk' | 'attributes' | 'has'

/**
 * The type of a field, which precedes the colon. `name` matches the whole value, with case and wildcards; `text`
 * matches any part, ignoring case; `attributes` also takes a key: `attributes.model:`.
 */
export interface Field {
  readonly name: FieldName
  readonly type: 'name' | 'text' | 'enum' | 'number' | 'time' | 'attributes' | 'presence'
  /** One line that is shown to people. */
  readonly about: string
  readonly example: string
  readonly aliases?: readonly string[]
  /** All possible values, in ascending order if `ordered`. */
  readonly values?: readonly string[]
  /** Supports `>`, `>=`, `<` and `<=`. */
  readonly ordered?: boolean
  /** Supports `/regex/`. */
  readonly regex?: boolean
}

const PRESENCE: readonly PresenceField[] = [
  'receiver',
  'session',
  'context',
  'source_id',
  'reported_by',
  'attributes',
  'rule',
  'verdict',
  'would',
]

/** From least to most severe. */
const VERDICTS = ['allow', 'flag', 'ask', 'block'] as const

/** In the order in which the search bar proposes them. */
export const FIELDS: readonly Field[] = [
  { name: 'sender', type: 'name', regex: true, about: 'Who sent it', example: 'sender:agent.billing' },
  { name: 'receiver', type: 'name', regex: true, about: 'Who received it', example: 'receiver:tool.*' },
  {
    name: 'kind',
    type: 'enum',
    values: ['message', 'prompt', 'completion', 'tool_call', 'tool_result', 'tool_definition', 'system'],
    about: 'What kind of entry it is',
    example: 'kind:tool_result',
  },
  { name: 'risk', type: 'number', ordered: true, about: 'Its risk, 0 to 100', example: 'risk:>=60' },
  {
    name: 'band',
    type: 'enum',
    ordered: true,
    values: ['none', 'low', 'medium', 'high', 'critical'],
    about: 'The band of its risk',
    example: 'band:>=high',
  },
  { name: 'rule', type: 'name', regex: true, about: 'The id of a rule that matched', example: 'rule:sm-inj-*' },
  {
    name: 'title',
    type: 'text',
    regex: true,
    about: 'A part of the title of a rule that matched',
    example: 'title:injection',
  },
  {
    name: 'level',
    type: 'enum',
    ordered: true,
    values: ['informational', 'low', 'medium', 'high', 'critical'],
    about: 'The level of a rule that matched',
    example: 'level:>=high',
  },
  { name: 'payload', type: 'text', regex: true, about: 'A part of the payload', example: 'payload:/rm -rf/i' },
  { name: 'session', type: 'name', regex: true, about: 'The session it belongs to', example: 'session:s-42' },
  { name: 'context', type: 'name', regex: true, about: 'The context it was sent in', example: 'context:email' },
  {
    name: 'at',
    type: 'time',
    ordered: true,
    aliases: ['time', 'timestamp'],
    about: 'When it happened',
    example: 'at:-15m',
  },
  {
    name: 'received_at',
    type: 'time',
    ordered: true,
    about: 'When it was received',
    example: 'received_at:>=2026-04-14',
  },
  {
    name: 'attributes',
    type: 'attributes',
    ordered: true,
    regex: true,
    about: 'An attribute, by its key',
    example: 'attributes.model:gpt-*',
  },
  { name: 'has', type: 'presence', values: PRESENCE, about: 'That a field is present', example: 'has:session' },
  { name: 'id', type: 'name', regex: true, about: 'Its id', example: 'id:019…' },
  { name: 'source_id', type: 'name', regex: true, about: "The sender's own id of it", example: 'source_id:call-7' },
  {
    name: 'reported_by',
    type: 'name',
    regex: true,
    about: 'The API key or user that reported it',
    example: 'reported_by:key.*',
  },
  {
    name: 'surface',
    type: 'enum',
    values: ['rest', 'trpc', 'otlp', 'hook', 'mcp', 'import', 'demo'],
    about: 'The way by which it came',
    example: 'surface:otlp',
  },
  {
    name: 'verdict',
    type: 'enum',
    ordered: true,
    values: VERDICTS,
    about: 'What was answered before it took effect',
    example: 'verdict:block',
  },
  {
    name: 'would',
    type: 'enum',
    ordered: true,
    values: VERDICTS,
    about: 'In dry run, what enforcing would have answered',
    example: 'would:>=ask',
  },
  {
    name: 'unjudged',
    type: 'enum',
    values: ['true', 'false'],
    about: 'Whether it took effect before anyone had judged it',
    example: 'unjudged:true',
  },
  {
    name: 'undecided',
    type: 'enum',
    values: ['true', 'false'],
    about: 'Whether a rule was stopped because it needed too much work on it',
    example: 'undecided:true',
  },
]

const BY_NAME = new Map(FIELDS.flatMap((field) => [field.name, ...(field.aliases ?? [])].map((name) => [name, field])))

/** All names, including aliases. */
export const FIELD_NAMES: readonly string[] = [...BY_NAME.keys()]

/** Finds a field by its name or alias, ignoring case. */
export function fieldNamed(name: string): Field | undefined {
  return BY_NAME.get(name.toLowerCase())
}
