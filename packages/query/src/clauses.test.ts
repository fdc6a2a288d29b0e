import { expect, test } from 'vitest'
import { clauses, withClause, withoutClause } from './clauses.ts'
import { parseStrict } from './parse.ts'

test('each required clause is a chip with its position in the text', () => {
  const text = 'risk>=60 -sender:x (a OR b)'
  expect(clauses(parseStrict(text)).map((chip) => [chip.text, text.slice(chip.start, chip.end)])).toEqual([
    ['risk:>=60', 'risk>=60'],
    ['-sender:x', '-sender:x'],
    ['a OR b', '(a OR b)'],
  ])
  expect(clauses(parseStrict('a OR b'))).toHaveLength(1)
  expect(clauses(parseStrict(''))).toEqual([])
})

test('filtering by a value adds it once, literally, and removes its exclusion', () => {
  expect(withClause('', 'sender', 'agent.billing')).toBe('sender:agent.billing')
  expect(withClause('a OR b', 'sender', 'x*')).toBe('(a OR b) sender:"x*"')
  expect(withClause('a sender:x', 'sender', 'x')).toBe('a sender:x')
  expect(withClause('-sender:x a', 'sender', 'x')).toBe('a sender:x')
  expect(withClause('', 'attributes.odd key', '5')).toBe('attributes."odd key":5')
  expect(withClause('', 'context', 'say "hi"')).toBe(String.raw`context:"say \"hi\""`)
  expect(withClause('', 'risk', 60)).toBe('risk:60')
})

test('excluding a value removes the filter by it', () => {
  expect(withClause('sender:x a', 'sender', 'x', { negate: true })).toBe('a -sender:x')
  expect(withClause('', 'rule', 'sm-inj-001', { negate: true })).toBe('-rule:sm-inj-001')
})

test('an absent value can be a filter', () => {
  expect(withClause('', 'session', null)).toBe('-has:session')
  expect(withClause('-has:session', 'session', null, { negate: true })).toBe('has:session')
  expect(withClause('a', 'attributes.x', null)).toBe('a -has:attributes.x')
})

test('removing a chip keeps the others', () => {
  expect(withoutClause('a (b OR c) d', 0)).toBe('(b OR c) d')
  expect(withoutClause('a (b OR c)', 0)).toBe('b OR c')
  expect(withoutClause('a', 0)).toBe('')
  expect(withoutClause('a sendr:x b', 0)).toBe('b')
})
