/**
 * A baseline that a developer could write in an afternoon. Each rule is a closure, each value is a JavaScript regular
 * expression, and all rules run sequentially. The benchmark compares its results with the engine's.
 */
import type { Glob } from '../../packages/rules/src/parse/values/glob.ts'
import { inNetwork } from '../../packages/rules/src/parse/values/network.ts'
import type { Condition, Rule, Search, Selection, Value } from '../../packages/rules/src/parse/rule.ts'
import { flatEvent, type FlatEvent } from './flat-event.ts'

type Holds = (event: FlatEvent) => boolean

export interface NaiveLoop {
  /** Returns the ids of the rules that match a JSON object. */
  ids(json: string): string[]
  /** Ids of unsupported rules. JavaScript rejects their regular expressions, or they compare numbers or times. */
  readonly without: ReadonlySet<string>
}

export function naiveLoop(rules: readonly Rule[]): NaiveLoop {
  const without = new Set<string>()
  const compiled = rules.flatMap((rule) => {
    try {
      return [{ id: rule.id, holds: conditionOf(rule.condition, rule) }]
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      without.add(rule.id)
      return []
    }
  })
  return {
    ids(json) {
      const event = flatEvent(json, false)
      return compiled.filter(({ holds }) => holds(event)).map(({ id }) => id)
    },
    without,
  }
}

function conditionOf(condition: Condition, rule: Rule): Holds {
  switch (condition.kind) {
    case 'and':
      return every(condition.parts.map((part) => conditionOf(part, rule)))
    case 'or':
      return some(condition.parts.map((part) => conditionOf(part, rule)))
    case 'not': {
      const part = conditionOf(condition.part, rule)
      return (event) => !part(event)
    }
    case 'selection': {
      const found = rule.selections.get(condition.name)
      if (found === undefined) throw new Error(`Rule ${rule.id} has no selection ${condition.name}.`)
      return selectionOf(found)
    }
  }
}

function selectionOf(selection: Selection): Holds {
  if (selection.kind === 'search') return searchOf(selection.search)
  const parts = selection.parts.map(selectionOf)
  return selection.kind === 'all' ? every(parts) : some(parts)
}

const every =
  (parts: readonly Holds[]): Holds =>
  (event) =>
    parts.every((part) => part(event))
const some =
  (parts: readonly Holds[]): Holds =>
  (event) =>
    parts.some((part) => part(event))

function searchOf({ field, values, all, negated }: Search): Holds {
  const parts = values.map((value): Holds => {
    if (value.kind === 'null') return (event) => event[field ?? ''] === undefined
    if (value.kind === 'exists') return (event) => (event[field ?? ''] !== undefined) === value.wanted
    if (value.kind === 'fieldref')
      return (event) => {
        const [one, other] = [event[field ?? ''], event[value.field]]
        return one !== undefined && other !== undefined && one.toLowerCase() === other.toLowerCase()
      }
    const test = testOf(value)
    if (field !== null)
      return (event) => {
        const text = event[field]
        return text !== undefined && test(text)
      }
    return (event) => {
      for (const name in event) if (test(event[name] ?? '')) return true
      return false
    }
  })
  const holds = all ? every(parts) : some(parts)
  return negated ? (event) => !holds(event) : holds
}

function testOf(value: Exclude<Value, { kind: 'null' | 'exists' | 'fieldref' }>): (text: string) => boolean {
  switch (value.kind) {
    case 'glob': {
      const tests = value.globs.map((glob) => new RegExp(globSource(glob, value.windash), value.cased ? 's' : 'is'))
      const [only] = tests
      return tests.length === 1 && only !== undefined
        ? (text) => only.test(text)
        : (text) => tests.some((test) => test.test(text))
    }
    case 'regex': {
      // JavaScript does not support `(?i)` inside a regular expression.
      const inline = value.regex.startsWith('(?i)')
      const { ignoreCase = inline, multiline = false, dotAll = false } = value.flags
      const flags = `${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`
      const test = new RegExp(inline ? value.regex.slice(4) : value.regex, flags)
      return (text) => test.test(text)
    }
    case 'network':
      return (text) => inNetwork(text, value.network)
    case 'number':
    case 'time':
    case 'custom':
      throw new SyntaxError(`A regular expression cannot express a value of kind ${value.kind}.`)
  }
}

function globSource({ pieces }: Glob, windash: boolean): string {
  const source = pieces
    .map((piece) => piece.map((part) => (part === null ? '.' : literalSource(part, windash))).join(''))
    .join('.*')
  // A leading or trailing star needs no `.*`, because the expression is not anchored there.
  const [start, end] = [pieces[0]?.length !== 0, pieces.at(-1)?.length !== 0]
  const trimmed = source.slice(start ? 0 : 2, end ? undefined : Math.max(start ? 0 : 2, source.length - 2))
  return pieces.length === 1 ? `^${source}$` : `${start ? '^' : ''}${trimmed}${end ? '$' : ''}`
}

function literalSource(text: string, windash: boolean): string {
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  return windash ? escaped.replaceAll(/[-/–—―]/g, '[-/–—―]').replaceAll(String.raw`\[-/`, '[-/') : escaped
}
