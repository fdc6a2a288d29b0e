import type { Range } from './ast.ts'
import { fieldNamed, type FieldName } from './fields.ts'
import { tokenize } from './token.ts'

/** The token at the caret. A page proposes completions of `typed` to replace `start` to `end`. */
export type Completion = Range & { readonly typed: string } & (
    | { readonly of: 'field' }
    /** A value, to be written by `wordOrQuoted`. For `attributes`, `path` is the key. */
    | { readonly of: 'value'; readonly field: FieldName; readonly path: string | null }
  )

/** Undefined inside a phrase or the value of an unknown field, which have no completions. */
export function completionAt(text: string, caret: number): Completion | undefined {
  const token = tokenize(text).tokens.find(({ type, start, end }) => type === 'term' && start <= caret && caret <= end)
  if (token?.type !== 'term') return { of: 'field', typed: '', start: caret, end: caret }
  const { head, value } = token
  if (head === null || caret <= head.end) {
    if (value.form === 'quoted' && head === null) return undefined
    const place = head ?? value
    return { of: 'field', typed: text.slice(place.start, caret), start: place.start, end: place.end }
  }
  const [name = ''] = head.name.split('.', 1)
  const field = fieldNamed(name)?.name
  if (field === undefined || value.form === 'regex' || caret < value.start) return undefined
  const typed = text.slice(value.start, caret).replace(/^"/, '')
  const path = head.name.length > name.length ? head.name.slice(name.length + 1) : null
  return { of: 'value', field, path, typed, start: value.start, end: value.end }
}
