import { expect, test } from 'vitest'
import { applySuggestion, suggest } from './suggestions.ts'

const inserted = (text: string) => suggest(text, text.length).map(({ insert }) => insert)

test('an empty bar suggests the fields, and typing narrows them', () => {
  expect(inserted('')).toContain('sender:')
  expect(inserted('se')).toEqual(['sender:', 'session:'])
  expect(inserted('risk:>=60 -k')).toEqual(['kind:'])
})

test('after the colon, the values of the field are suggested', () => {
  expect(inserted('kind:tool')).toEqual(['tool_call', 'tool_result', 'tool_definition'])
  expect(inserted('band:>=h')).toEqual(['>=high'])
  expect(inserted('risk:')).toEqual(['>=80', '>=60', '>=30', '>=1'])
})

test('values from the data are suggested with their details', () => {
  const known = { sender: [{ value: 'agent.billing', about: '12 entries' }] }
  expect(suggest('sender:ag', 9, known)).toMatchObject([
    { insert: 'agent.billing', start: 7, end: 9, about: '12 entries' },
  ])
})

test('nothing is suggested inside quotation marks', () => {
  expect(inserted('payload:"kind:')).toEqual([])
})

test('a selected value completes its term, and a selected field waits for a value', () => {
  const value = suggest('kind:sys', 8)[0]
  expect(value && applySuggestion('kind:sys', value)).toEqual({ text: 'kind:system ', caret: 12 })
  const field = suggest('a ris', 5)[0]
  expect(field && applySuggestion('a ris', field)).toEqual({ text: 'a risk:', caret: 7 })
})
