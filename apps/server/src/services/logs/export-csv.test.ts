import { describe, expect, test } from 'vitest'
import { toCell } from './export-csv.ts'

describe('a cell of CSV', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['say "x"', '"say ""x"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    [' padded ', '" padded "'],
    ['zero\0byte', 'zero␀byte'],
    ['\0=1', '␀=1'],
  ])('keeps the text of %j', (text, cell) => expect(toCell(text)).toBe(cell))

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1', "'＝1"],
    ['  =1', "'  =1"],
    ['"=1', `"'""=1"`],
    ["'=1", "''=1"],
    ['\uFEFF\u200B=1', "'\uFEFF\u200B=1"],
    ['\u0001=1', "'\u0001=1"],
    ['\tx', `"'\tx"`],
    ['\rx', `"'\rx"`],
    ['\t=1', `"'\t'=1"`],
    ['a;=1', `"a;'=1"`],
    ['a\t=1', `"a\t'=1"`],
    ['a\n=1', `"a\n'=1"`],
    ['a;" =1', `"a;'"" =1"`],
  ])('holds %j in a form that a spreadsheet does not run', (text, cell) => expect(toCell(text)).toBe(cell))

  test.each(['a=b', 'a - b', 'x, -1', '{"a":-1}', 'ada@example.org', 'https://example.org/?q=1'])(
    'leaves %j unchanged, because a spreadsheet would not run it',
    (text) => expect(toCell(text).replaceAll('""', '"')).toContain(text),
  )

  test.each([' ', '\t', ';', '"', '\n', "'", '\0'])(
    'for a payload of only %j is written in linear time',
    (character) => {
      expect(toCell(character.repeat(256 * 1024)).length).toBeGreaterThanOrEqual(256 * 1024)
    },
  )
})
