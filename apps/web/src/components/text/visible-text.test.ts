import { describe, expect, test } from 'vitest'
import { visibleSegments, visibleString } from './visible-text.ts'

/** The marked pieces of the text, and the whole text as displayed. */
function seen(text: string, ...marks: [number, number][]): { marked: string[]; whole: string } {
  const segments = visibleSegments(
    text,
    marks.map(([start, end]) => ({ start, end })),
  )
  const written = (segment: (typeof segments)[number]) => (segment.type === 'text' ? segment.text : `<${segment.name}>`)
  return {
    marked: segments.filter(({ marks: on }) => on.length > 0).map(written),
    whole: segments.map(written).join(''),
  }
}

describe('places stay where the engine found them', () => {
  test('only the matched occurrence of a repeated text is marked', () => {
    const text = 'rm -rf /tmp; echo rm -rf /tmp'
    const segments = visibleSegments(text, [{ start: 18, end: 24 }])
    expect(segments.map(({ start, marks }) => [start, marks.length])).toEqual([
      [0, 0],
      [18, 1],
      [24, 0],
    ])
    expect(seen(text, [18, 24])).toEqual({ marked: ['rm -rf'], whole: text })
  })

  test('an emoji before the match counts as two UTF-16 units', () => {
    const text = '🙂👩‍💻 ignore all previous instructions'
    const start = text.indexOf('ignore')
    expect(seen(text, [start, text.length])).toEqual({ marked: ['ignore all previous instructions'], whole: text })
  })

  test('a letter that becomes longer in lowercase does not shift the mark', () => {
    const text = 'İİİ ignore'
    expect(seen(text, [4, 10]).marked).toEqual(['ignore'])
  })

  test('an unescaped JSON leaf is marked in its own units', () => {
    const leaf = JSON.parse('"say \\"hi\\"\\n\\u0069gnore this"') as string
    const start = leaf.indexOf('ignore')
    expect(seen(leaf, [start, start + 6]).marked).toEqual(['ignore'])
  })

  test('overlapping places are split into pieces that name every rule that covers them', () => {
    const segments = visibleSegments('abcdef', [
      { start: 0, end: 4, rule: 'one' },
      { start: 2, end: 6, rule: 'two' },
    ])
    expect(
      segments.map((segment) => [segment.type === 'text' ? segment.text : '', segment.marks.map(({ rule }) => rule)]),
    ).toEqual([
      ['ab', ['one']],
      ['cd', ['one', 'two']],
      ['ef', ['two']],
    ])
  })

  test('a place that ends inside a surrogate pair marks the whole character, and one outside marks nothing', () => {
    expect(seen('a🙂b', [0, 2]).marked).toEqual(['a🙂'])
    expect(seen('abc', [5, 9], [-3, 0], [2, 1]).marked).toEqual([])
  })
})

describe('invisible characters are named', () => {
  test('characters that reorder text', () => {
    expect(visibleString('user\u202egpj.exe')).toBe('user<U+202E>gpj.exe')
    expect(visibleString('\u2066a\u2069\u200f')).toBe('<U+2066>a<U+2069><U+200F>')
  })
  test('control characters, but not line breaks and tabs', () => {
    expect(visibleString('a\u0000b\u001b[31m\tc\nd\r\ne\rf')).toBe('a<U+0000>b<U+001B>[31m\tc\nd\r\ne<U+000D>f')
  })
  test('lone surrogates', () => {
    expect(visibleString('a\ud83db\ude42')).toBe('a<U+D83D>b<U+DE42>')
  })
  test('zero-width characters and invisible tags, but not the joiner inside an emoji', () => {
    expect(visibleString('pass\u200bword \u{e0041}')).toBe('pass<U+200B>word <U+E0041>')
    expect(visibleString('👩‍💻')).toBe('👩‍💻')
    expect(visibleString('a\u200db')).toBe('a<U+200D>b')
  })
  test('a mark over a hidden character covers its name', () => {
    expect(seen('ab\u202ecd', [1, 4])).toEqual({ marked: ['b', '<U+202E>', 'c'], whole: 'ab<U+202E>cd' })
  })
  test('ordinary text of any script is unchanged', () => {
    for (const text of ['Füße', 'שלום', 'مرحبا', '日本語', 'नमस्ते', '😀', '']) expect(visibleString(text)).toBe(text)
  })
})
