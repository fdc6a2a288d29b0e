import { expect, test } from 'vitest'
import { addElement, addMember, remove, valueAt } from './json-edits.ts'

test('of two members with the same name, the last is read and edited, as in JSON.parse', () => {
  const text = '{"hooks": {"a": []}, "hooks": {"a": [1]}}'
  expect(valueAt(text, ['hooks', 'a'])).toBe('[1]')
  expect(addElement(text, ['hooks', 'a'], 2)).toBe('{"hooks": {"a": []}, "hooks": {"a": [1, 2]}}')
})

test('removing an element removes its comma and nothing else', () => {
  expect(remove('[1, 2]', [], 1)).toBe('[1]')
  expect(remove('[1,2 ]', [], 0)).toBe('[2 ]')
  expect(remove('{\n  "a": 1.50\n}', [], 'a')).toBe('{}')
})

test('the line of an edit keeps its formatting', () => {
  const text = '{\n  "hooks": {"Stop": [{"x":   1}]}, "n": 1.50\n}'
  expect(addElement(text, ['hooks', 'Stop'], { y: 1 })).toBe(
    '{\n  "hooks": {"Stop": [{"x":   1}, {"y":1}]}, "n": 1.50\n}',
  )
})

test('a new value is formatted like its neighbors, and missing objects on its path are added', () => {
  expect(addMember('\uFEFF{\r\n\t"a": 1\r\n}', ['b', 'c'], [true])).toBe(
    '\uFEFF{\r\n\t"a": 1,\r\n\t"b": {\r\n\t\t"c": [\r\n\t\t\ttrue\r\n\t\t]\r\n\t}\r\n}',
  )
})
