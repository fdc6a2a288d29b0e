import type { EntryDetail } from '@sentinelmesh/api'
import { describe, expect, test } from 'vitest'
import { visibleSegments } from '../../../components/text/visible-text.ts'
import { jsonLines } from '../detail/json-lines.ts'
import { entryPlaces } from './places.ts'

type Match = EntryDetail['matches'][number]

function aMatch(title: string, ...places: Match['places']): Match {
  return {
    rule_id: title,
    rule_hash: '',
    title,
    level: 'high',
    points: 70,
    family: title,
    contributes: true,
    places,
    selections: [],
    filtered_by: null,
  }
}

describe('JSON as lines', () => {
  test('strings are unescaped, numbers keep their digits, and equal keys are both shown', () => {
    const lines = jsonLines('{"a":"say \\"hi\\"\\n","n":12345678901234567890,"a":[true,null,{}]}') ?? []
    expect(lines.map(({ depth, key, value, more }) => [depth, key, value.text, more])).toEqual([
      [0, undefined, '{', false],
      [1, 'a', 'say "hi"\n', true],
      [1, 'n', '12345678901234567890', true],
      [1, 'a', '[', false],
      [2, undefined, 'true', true],
      [2, undefined, 'null', true],
      [2, undefined, '{}', false],
      [1, undefined, ']', false],
      [0, undefined, '}', false],
    ])
  })
  test('each leaf has its pointer, with slashes and tildes escaped', () => {
    const lines = jsonLines('{"a/b":{"~":["x"]},"__proto__":1}') ?? []
    expect(
      lines.filter(({ value }) => value.type !== 'open' && value.type !== 'close').map(({ pointer }) => pointer),
    ).toEqual(['/a~1b/~0/0', '/__proto__'])
  })
  test('text that is not JSON is rejected', () => {
    for (const text of ['', '{', '{"a" 1}', '[1,]', '1 2', '"a', '{a:1}']) expect(jsonLines(text)).toBeUndefined()
  })
})

describe('places of an entry', () => {
  test('in a JSON payload are found by pointer, in the unescaped leaf', () => {
    const payload = JSON.stringify({ cmd: '🙂 "rm -rf /" then rm -rf /', other: 'rm -rf /' })
    const leaf = '🙂 "rm -rf /" then rm -rf /'
    const second = leaf.lastIndexOf('rm')
    const { leaves } = entryPlaces({
      payload_type: 'json',
      matches: [aMatch('Wipes a disk', { field: 'payload.cmd', pointer: '/cmd', start: second, end: second + 8 })],
    })
    const line = jsonLines(payload)?.find(({ pointer }) => pointer === '/cmd')
    const marked = visibleSegments(line?.value.text ?? '', leaves.get('/cmd')).filter(({ marks }) => marks.length > 0)
    expect(marked).toMatchObject([{ start: second, text: 'rm -rf /', marks: [{ titles: ['Wipes a disk'] }] }])
    expect(leaves.get('/other')).toBeUndefined()
  })
  test('of names and attributes are separate, and those found through a view are in the entry too', () => {
    const places = entryPlaces({
      payload_type: 'text',
      matches: [
        aMatch(
          'One',
          { field: 'payload', pointer: null, start: 0, end: 2 },
          { field: 'sender', pointer: null, start: 1, end: 3 },
        ),
        aMatch(
          'Two',
          { field: 'attributes.model', pointer: '/model', start: 0, end: 1 },
          { view: 'process_creation[1]', field: 'payload', pointer: null, start: 5, end: 9 },
        ),
      ],
    })
    expect(places.text).toMatchObject([
      { start: 0, end: 2, titles: ['One'] },
      { start: 5, end: 9, titles: ['Two'] },
    ])
    expect(places.fields.get('sender')).toHaveLength(1)
    expect(places.attributes.get('/model')).toHaveLength(1)
    expect(places.count).toBe(4)
  })
  test('that two rules found share one id, even if one rule found it through a view', () => {
    const place = { field: 'payload', pointer: null, start: 0, end: 2 }
    const seen = { ...place, view: 'process_creation[1]' }
    const { text, idOf } = entryPlaces({
      payload_type: 'text',
      matches: [aMatch('One', place), aMatch('Two', { ...place }), aMatch('Three', seen)],
    })
    expect(new Set(text.map(({ id }) => id))).toEqual(new Set([idOf(place)]))
    expect(idOf(seen)).toBe(idOf(place))
    expect(idOf({ ...place, start: 1 })).toBeUndefined()
  })
})
