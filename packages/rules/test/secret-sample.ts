/** Draws deterministic numbers, so that the tests contain no literal secret. */
export type Draw = (below: number) => number

export function draws(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

export interface SampleOptions {
  /** The longest repetition gets one character less than it needs. */
  readonly isShort?: boolean
}

/** The number of characters that an open repetition has beyond its minimum. */
const MORE = 4

/** A text that matches a format: classes, groups of alternatives, and counted repetitions. */
export function sampleOf(shape: string, draw: Draw, { isShort = false }: SampleOptions = {}): string {
  const reader: Reader = { shape, at: 0, draw, longest: isShort ? longestIn(shape) : -1 }
  return alternatives(reader)
}

interface Reader {
  readonly shape: string
  at: number
  readonly draw: Draw
  /** The position of the repetition that gets too few characters. -1 for none. */
  readonly longest: number
}

function alternatives(reader: Reader): string {
  const options = [sequence(reader)]
  while (reader.shape.charAt(reader.at) === '|') {
    reader.at++
    options.push(sequence(reader))
  }
  return options[reader.draw(options.length)] ?? ''
}

function sequence(reader: Reader): string {
  let out = ''
  while (reader.at < reader.shape.length && !'|)'.includes(reader.shape.charAt(reader.at))) out += repeated(reader)
  return out
}

function repeated(reader: Reader): string {
  const from = reader.at
  const first = atom(reader)
  const to = reader.at
  const [least, most] = quantifier(reader)
  const isShort = to === reader.longest
  const count = isShort ? least - 1 : least + reader.draw(Math.min(most - least, MORE) + 1)
  if (count === 0) return ''
  let out = first
  for (let copy = 1; copy < count; copy++) out += atom({ ...reader, at: from })
  return out
}

function atom(reader: Reader): string {
  const { shape, draw } = reader
  const char = shape.charAt(reader.at++)
  if (char === '(') {
    reader.at += 2
    const inner = alternatives(reader)
    reader.at++
    return inner
  }
  if (char === '\\') return escaped(shape.charAt(reader.at++), draw)
  if (char !== '[') return char
  const end = shape.indexOf(']', reader.at)
  const members = membersOf(shape.slice(reader.at, end))
  reader.at = end + 1
  return members[draw(members.length)] ?? ''
}

const escaped = (char: string, draw: Draw) => (char === 'd' ? String(draw(10)) : char)

function membersOf(inside: string): string[] {
  const members: string[] = []
  for (let at = 0; at < inside.length; at++) {
    const last = inside.charCodeAt(at + 2)
    if (inside.charAt(at + 1) !== '-' || Number.isNaN(last)) members.push(inside.charAt(at))
    else {
      for (let code = inside.charCodeAt(at); code <= last; code++) members.push(String.fromCharCode(code))
      at += 2
    }
  }
  return members
}

function quantifier(reader: Reader): [least: number, most: number] {
  const { shape } = reader
  if (shape.charAt(reader.at) === '?') {
    reader.at++
    return [0, 1]
  }
  const match = /^\{(\d+)(,?)(\d*)\}/.exec(shape.slice(reader.at))
  if (match === null) return [1, 1]
  reader.at += match[0].length
  const least = Number(match[1])
  return [least, match[2] === '' ? least : match[3] === '' ? least + MORE : Number(match[3])]
}

/** The start of the repetition with the most characters. */
function longestIn(shape: string): number {
  let found = -1
  let most = 1
  for (const { 1: count, index } of shape.matchAll(/\{(\d+),?\d*\}/g))
    if (Number(count) > most) [found, most] = [index, Number(count)]
  return found
}
