import { expect, test } from 'vitest'
import { applySuggestion, suggest } from './suggestions.ts'

const inserted = (text: string) => suggest(text, text.length).map(({ insert }) => insert)

test('an empty bar proposes the fields, and letters narrow them', () => {
  expect(inserted('')).toContain('sender:')
  expect(inserted('se')).toEqual(['sender:', 'session:'])
  expect(inserted('risk:>=60 -k')).toEqual(['kind:'])
})

test('after the colon the values of the field are proposed', () => {
  expect(inserted('kind:tool')).toEqual(['tool_call', 'tool_result', 'tool_definition'])
  expect(inserted('band:>=h')).toEqual(['>=high'])
  expect(inserted('risk:')).toEqual(['>=80', '>=60', '>=30', '>=1'])
})

test('values that stand in the data are proposed with what is known of them', () => {
  const known = { sender: [{ value: 'agent.billing', about: '12 entries' }] }
  expect(suggest('sender:ag', 9, known)).toMatchObject([
    { insert: 'agent.billing', start: 7, end: 9, about: '12 entries' },
  ])
})

test('inside quotation marks nothing is proposed', () => {
  expect(inserted('payload:"kind:')).toEqual([])
})

test('a chosen value ends its word, a chosen field waits for one', () => {
  const value = suggest('kind:sys', 8)[0]
  expect(value && applySuggestion('kind:sys', value)).toEqual({ text: 'kind:system ', caret: 12 })
  const field = suggest('a ris', 5)[0]
  expect(field && applySuggestion('a ris', field)).toEqual({ text: 'a risk:', caret: 7 })
})
