import { isDeepStrictEqual } from 'node:util'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { addElement, addMember, remove, valueAt } from './json-edits.ts'
import type { Beside, Snippet } from './snippets.ts'

/** Appears in each command that runs our hook program, wherever the program is installed. */
const MARK = 'sentinelmesh-hook'

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Adds the snippet to a settings file that does not hold it yet. `text` is null if there is no file. */
export function withHooks(text: string | null, snippet: Snippet, beside: readonly Beside[]): string {
  let edited = text ?? '{}\n'
  for (const { path, value } of beside) if (valueAt(edited, path) === null) edited = addMember(edited, path, value)
  for (const { event, item } of snippet) {
    const path = ['hooks', event]
    edited = valueAt(edited, path) === null ? addMember(edited, path, [item]) : addElement(edited, path, item)
  }
  return edited
}

/**
 * Removes our hooks, and the lists and groups that this leaves empty. Removing the last hook also removes the members
 * in `beside`, unless the file had them `before`. Null means that there was no file before.
 */
export function withoutHooks(text: string, beside: readonly Beside[], before: string | null): string {
  let edited = text
  for (const event of eventsIn(text)) {
    const path = ['hooks', event]
    const items = itemsAt(edited, path)
    for (const [index, item] of [...items.entries()].toReversed()) edited = withoutOurs(edited, path, index, item)
    const left = itemsAt(edited, path)
    if (items.length > 0 && left.length === 0) edited = remove(edited, ['hooks'], event)
  }
  const isEmptied = edited !== text && eventsIn(edited).length === 0
  if (!isEmptied) return edited
  return beside.reduce((left, one) => withoutBeside(left, one, before), remove(edited, [], 'hooks'))
}

function withoutBeside(text: string, { path, value }: Beside, before: string | null): string {
  let edited = text
  for (let depth = path.length; depth > 0; depth -= 1) {
    const [parent, name] = [path.slice(0, depth - 1), path[depth - 1] ?? '']
    const ours = depth === path.length ? value : {}
    const stoodBefore = before !== null && valueAt(before, [...parent, name]) !== null
    if (stoodBefore || !isDeepStrictEqual(jsonAt(edited, [...parent, name]), ours)) return edited
    edited = remove(edited, parent, name)
  }
  return edited
}

/** Keeps the hooks of others in the same group. */
function withoutOurs(text: string, path: readonly string[], index: number, item: Json): string {
  if (!isOurs(item)) return text
  const group = item as { readonly hooks?: Json }
  const others = Array.isArray(group.hooks) ? group.hooks.filter((one) => !isOurs(one as Json)) : []
  if (others.length === 0) return remove(text, path, index)
  return replaceElement(text, path, index, { ...group, hooks: others })
}

function replaceElement(text: string, path: readonly string[], index: number, value: unknown): string {
  const rest = itemsAt(text, path).slice(index + 1)
  let edited = text
  for (let last = index + rest.length; last >= index; last -= 1) edited = remove(edited, path, last)
  for (const one of [value, ...rest]) edited = addElement(edited, path, one)
  return edited
}

/** Our hooks in the file: equal to the snippet that was installed, unless somebody has changed them. */
export function oursIn(text: string): Snippet {
  return eventsIn(text).flatMap((event) =>
    itemsAt(text, ['hooks', event])
      .filter(isOurs)
      .map((item) => ({ event, item: item as object })),
  )
}

/** Returns whether the file already has exactly these hooks. */
export function holds(text: string, snippet: Snippet, beside: readonly Beside[]): boolean {
  return isDeepStrictEqual(oursIn(text), snippet) && beside.every(({ path }) => valueAt(text, path) !== null)
}

function isOurs(value: Json): boolean {
  if (typeof value === 'string') return value.includes(MARK)
  return typeof value === 'object' && value !== null && Object.values(value).some(isOurs)
}

/** Undefined if there is no value. */
function jsonAt(text: string, path: readonly string[]): Json | undefined {
  const value = valueAt(text, path)
  return value === null ? undefined : (JSON.parse(value) as Json)
}

function eventsIn(text: string): string[] {
  return Object.keys(jsonAt(text, ['hooks']) ?? {})
}

function itemsAt(text: string, path: readonly string[]): readonly Json[] {
  return (jsonAt(text, path) ?? []) as readonly Json[]
}

/** The reason why this text cannot be edited, as the end of a sentence about its file. Null if it can. */
export function problemOf(text: string, beside: readonly Beside[] = []): string | null {
  let settings: unknown
  try {
    settings = JSON.parse(text.replace(/^\uFEFF/, ''))
    valueAt(text, ['hooks'])
  } catch (error) {
    if (error instanceof JsonTextError && error.code === 'too_deep') return 'is nested too deep.'
    return 'is not plain JSON; comments and trailing commas would be lost.'
  }
  if (!isObject(settings)) return 'does not hold a JSON object.'
  const hooks = 'hooks' in settings ? settings.hooks : {}
  if (!isObject(hooks)) return 'has a member hooks that is no object.'
  for (const [event, items] of Object.entries(hooks))
    if (!Array.isArray(items)) return `has a member hooks.${event} that is no array.`
  return beside.map((one) => problemBeside(text, one)).find((problem) => problem !== null) ?? null
}

function problemBeside(text: string, { path, value }: Beside): string | null {
  const parent = jsonAt(text, path.slice(0, -1))
  if (parent !== undefined && !isObject(parent)) return `has a member ${path.slice(0, -1).join('.')} that is no object.`
  const there = jsonAt(text, path)
  if (there === undefined || there === value) return null
  return `has ${path.join('.')} ${JSON.stringify(there)}, and the hooks need ${String(value)}.`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
