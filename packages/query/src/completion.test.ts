import { expect, test } from 'vitest'
import { completionAt } from './completion.ts'

/** The caret is the bar. */
const at = (text: string) => {
  const caret = text.indexOf('|')
  return completionAt(text.replace('|', ''), caret)
}

test('a partial word can be completed to a field', () => {
  expect(at('a sen|')).toEqual({ of: 'field', typed: 'sen', start: 2, end: 5 })
  expect(at('a -se|n')).toEqual({ of: 'field', typed: 'se', start: 3, end: 6 })
  expect(at('sen|der:x')).toEqual({ of: 'field', typed: 'sen', start: 0, end: 6 })
  expect(at('|')).toEqual({ of: 'field', typed: '', start: 0, end: 0 })
  expect(at('a (| b')).toEqual({ of: 'field', typed: '', start: 3, end: 3 })
})

test('after the colon, a value of that field is completed, quoted or not', () => {
  expect(at('kind:|')).toEqual({ of: 'value', field: 'kind', path: null, typed: '', start: 5, end: 5 })
  expect(at('a kind:tool|_call b')).toMatchObject({ field: 'kind', typed: 'tool', start: 7, end: 16 })
  expect(at('sender:"agent b|')).toMatchObject({ field: 'sender', typed: 'agent b', start: 7, end: 15 })
  expect(at('level:>=hi|')).toMatchObject({ field: 'level', typed: 'hi', start: 8 })
  expect(at('attributes.model:g|')).toMatchObject({ field: 'attributes', path: 'model', typed: 'g' })
})

test('phrases, regular expressions and values of unknown fields have no completion', () => {
  for (const text of ['"some wo|rds"', 'payload:/a|b/', 'foo:b|']) expect(at(text)).toBeUndefined()
})
