import type { RuleLibrary, Selection } from '@sentinelmesh/rules'
import { leaves } from '@sentinelmesh/text/json-text'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { visible } from '@sentinelmesh/command-line/print'
import { LIMITS } from './limits.ts'
import { counted } from './print-problem.ts'

/** Notices that no event has a field that the rules read, as with Windows events whose fields are under `Event`. */
export interface FieldHint {
  /** Looks at the first events. Throws `JsonTextError`. */
  see(json: string): void
  /** Returns what to tell the user. Null if an event has such a field. */
  text(): string | null
}

export function fieldHint({ rules }: Pick<RuleLibrary, 'rules'>): FieldHint {
  const fields = new Set(rules.flatMap(({ selections }) => [...selections.values()].flatMap(fieldsIn)))
  const paths = new Set<string>()
  let seen = 0
  let known = fields.size === 0
  return {
    see(json) {
      if (known || seen === LIMITS.hintEvents) return
      seen += 1
      for (const { path } of leaves(json, { depth: API_LIMITS.jsonDepth + 10 })) {
        known ||= fields.has(path) || fields.has(path.replaceAll(' ', ''))
        if (paths.size < LIMITS.hintPaths) paths.add(path)
      }
    },
    text() {
      if (known || seen === 0) return null
      const events = `${counted(seen, 'event')}${seen === LIMITS.hintEvents ? ', the first ones,' : ''}`
      const mapping = mappingOf(fields, paths)
      return [
        `None of ${events} has a field that these rules read. The rules read ${some(fields)}; the events have ${some(paths)}.`,
        mapping === null
          ? 'Map the names with --pipeline FILE (docs/writing-a-rule.md, Pipelines).'
          : `Save this pipeline in a file and give it with --pipeline FILE:\n${mapping}`,
      ].join('\n')
    },
  }
}

function fieldsIn(selection: Selection): string[] {
  if (selection.kind !== 'search') return selection.parts.flatMap(fieldsIn)
  return selection.search.field === null ? [] : [selection.search.field]
}

/**
 * A pipeline for events that have the rules' fields below other names: `Event.EventData.Image` for `Image`. Null if
 * there are none.
 */
function mappingOf(fields: ReadonlySet<string>, paths: ReadonlySet<string>): string | null {
  const pathOf = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const path of paths)
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const rest = path.slice(dot + 1)
      // Windows events as JSON have `Provider.#attributes.Name` where Sigma's rules have `Provider_Name`.
      const field = [rest, rest.replaceAll('#attributes.', '').replaceAll('.', '_')].find((name) => fields.has(name))
      if (field === undefined || pathOf.has(field)) continue
      const prefix = path.slice(0, dot + 1)
      pathOf.set(field, path)
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
    }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  if (most === undefined) return null
  const [prefix] = most
  const others = [...pathOf].filter(([field, path]) => path !== `${prefix}${field}`)
  return [
    'transformations:',
    '  - type: field_name_prefix',
    `    prefix: ${JSON.stringify(prefix)}`,
    ...(others.length === 0 ? [] : ['  - type: field_name_mapping', '    mapping:']),
    ...others.map(([field, path]) => `      ${JSON.stringify(prefix + field)}: ${JSON.stringify(path)}`),
  ].join('\n')
}

function some(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, LIMITS.hintNames).map(visible).join(', ')
  return names.size > LIMITS.hintNames ? `${shown}, …` : shown
}
