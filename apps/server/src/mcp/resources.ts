import { DomainError } from '@sentinelmesh/api/constants'
import { toEntry } from './tools/get-entry.ts'
import { readSession } from './tools/get-session.ts'
import type { ToolCall } from './tool.ts'

/** A kind of item that can be read by its URI. Items are not listed; `search_logs` finds them. */
export interface Resource {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly template: string
  readonly read: (call: ToolCall, id: string) => Promise<object>
}

const RULE_CHARS = 20_000
const SESSION_ENTRIES = 50

export const RESOURCES: readonly Resource[] = [
  {
    name: 'entry',
    title: 'Entry',
    about: 'An entry of the log, as get_entry gives it.',
    template: 'sentinelmesh://entries/{id}',
    read: async (call, id) => toEntry(call, await call.services.logs.get(call, { id }), 0),
  },
  {
    name: 'session',
    title: 'Session',
    about: `The first ${SESSION_ENTRIES} entries of a session, as get_session gives them.`,
    template: 'sentinelmesh://sessions/{id}',
    read: (call, id) => readSession(call, id, { limit: SESSION_ENTRIES }),
  },
  {
    name: 'rule',
    title: 'Rule',
    about: 'A rule of the organization: its text, whether it is on, and how often it matched in 24 hours.',
    template: 'sentinelmesh://rules/{id}',
    async read(call, id) {
      const { services, mark, links } = call
      const rule = await services.rules.get(call, { id })
      return {
        rule_id: mark.name(rule.id),
        title: mark.name(rule.title),
        kind: rule.kind,
        level: rule.effective_level,
        points: rule.effective_points,
        state: rule.state,
        origin: rule.origin,
        matches_24h: rule.matches_24h,
        text: mark.passage(rule.text, RULE_CHARS),
        link: links.rule(rule.id),
      }
    },
  },
]

/** The id in a URI. It is percent-encoded, because the id of a session may contain any character. */
export function idOf(value: string | string[] | undefined): string {
  try {
    return decodeURIComponent([value ?? ''].flat().join(','))
  } catch (error) {
    throw new DomainError(
      'invalid_input',
      { say: 'The address is not well formed: a % begins no character.' },
      { cause: error },
    )
  }
}
