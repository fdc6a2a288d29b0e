import { array, assert, constantFrom, integer, property, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dataOf, eventSplitter, lineSplitter, withData, type Piece, type Splitter } from './framing.ts'

const SEED = { seed: 20261127, numRuns: 500 }

function cut(splitter: Splitter, bytes: Buffer, sizes: readonly number[]): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (let n = 0; from < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1
    pieces.push(...splitter.push(bytes.subarray(from, from + size)))
    from += size
  }
  return [...pieces, ...splitter.end()]
}

const textOf = (pieces: readonly Piece[]) => Buffer.concat(pieces.map(({ bytes }) => bytes))

/** Only a few different bytes, so that line ends are often adjacent. */
const bytes = array(constantFrom(0x61, 0x3a, 0x0a, 0x0d), { maxLength: 60 }).map((some) => Buffer.from(some))
const sizes = array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

describe.each([
  ['lines', lineSplitter],
  ['events', eventSplitter],
] as const)('a stream cut into %s', (_what, splitter) => {
  test('is the same stream, however it is chunked and however small the unit limit is', () => {
    assert(
      property(bytes, sizes, integer({ min: 1, max: 70 }), (some, by, most) => {
        expect(textOf(cut(splitter(most), some, by)).equals(some)).toBe(true)
      }),
      SEED,
    )
    assert(
      property(uint8Array({ maxLength: 300 }), sizes, (some, by) => {
        expect(textOf(cut(splitter(1_000), Buffer.from(some), by)).equals(Buffer.from(some))).toBe(true)
      }),
      SEED,
    )
  })

  test('has the same data in the same units, however it is chunked', () => {
    const seen = (pieces: readonly Piece[]) =>
      pieces.map((piece) => piece.bytes.toString().trim()).filter((text) => text !== '')
    assert(
      property(bytes, sizes, (some, by) => {
        expect(seen(cut(splitter(1_000), some, by))).toEqual(seen(cut(splitter(1_000), some, [1_000])))
      }),
      SEED,
    )
  })
})

test('a unit that is too long comes in parts, with the first and last marked, and the next unit is whole', () => {
  const pieces = cut(lineSplitter(4), Buffer.from('abc\nabcdefgh\nab\n'), [3])
  expect(
    pieces.map((piece) => [piece.type, piece.bytes.toString(), 'first' in piece ? [piece.first, piece.last] : null]),
  ).toEqual([
    ['whole', 'abc\n', null],
    ['part', 'abcde', [true, false]],
    ['part', 'fgh', [false, false]],
    ['part', '\n', [false, true]],
    ['whole', 'ab\n', null],
  ])
})

test('an event is complete at its blank line, whatever the line ending', () => {
  for (const end of ['\n', '\r', '\r\n']) {
    const splitter = eventSplitter(1_000)
    const event = `event: message${end}data: {}${end}${end}`
    expect(textOf(splitter.push(Buffer.from(event))).toString()).toBe(event)
    const halves = [...splitter.push(Buffer.from(event.slice(0, -1))), ...splitter.push(Buffer.from(event.slice(-1)))]
    expect(textOf(halves).toString()).toBe(event)
  }
})

test('the data of an event is read as in browsers, and replaced in place', () => {
  expect(dataOf('data: a\r\ndata:b\rdata\n: comment\n\n')).toBe('a\nb\n')
  expect(dataOf(': only a comment\n\n')).toBeNull()
  expect(dataOf('database: no\n\n')).toBeNull()
  expect(withData('id: 7\r\ndata: old\r\ndata: older\r\n\r\n', 'new\nlines')).toBe('id: 7\ndata: new\ndata: lines\n\n')
})
