import { elements, members, type Element, type Member } from '@sentinelmesh/text/json-text'

/**
 * Changes of a file of JSON in place: what is not changed keeps its letters, blanks and order. Paths are names of members
 * from the root on. All throw for a text that is no JSON; that is for the caller to look at first.
 */

const BOUNDS = { depth: 200 }

/** The text of the value at this path; null where there is none. Of two equal names the last counts, as for every reader. */
export function valueAt(text: string, path: readonly string[]): string | null {
  const place = placeAt(text, path)
  return place === null ? null : text.slice(place.start, place.end)
}

/** Sets a member that is not there yet; what it stands in is made where it is missing. */
export function addMember(text: string, path: readonly string[], value: unknown): string {
  const parent = path.slice(0, -1)
  const place = placeAt(text, parent)
  if (place === null) return addMember(text, parent, { [path.at(-1) ?? '']: value })
  const inside = membersOf(text, place)
  return insert(text, { place, after: inside.at(-1), member: path.at(-1), value })
}

/** Adds to the end of the array at this path. */
export function addElement(text: string, path: readonly string[], value: unknown): string {
  const place = placeAt(text, path)
  if (place === null) throw new Error(`there is no array at ${path.join('.')}`)
  return insert(text, { place, after: elementsOf(text, place).at(-1), value })
}

/** Takes a value out of the object or array that it stands in. */
export function remove(text: string, path: readonly string[], key: string | number): string {
  const place = placeAt(text, path)
  if (place === null) return text
  const all =
    typeof key === 'number'
      ? elementsOf(text, place)
      : membersOf(text, place).map((member) => ({ ...member, start: member.nameStart }))
  const index = typeof key === 'number' ? key : membersOf(text, place).findLastIndex(({ name }) => name === key)
  const [before, one, after] = [all[index - 1], all[index], all[index + 1]]
  if (one === undefined) return text
  if (before !== undefined) return text.slice(0, before.end) + text.slice(one.end)
  if (after !== undefined) return text.slice(0, one.start) + text.slice(after.start)
  return text.slice(0, place.start + 1) + text.slice(place.end - 1)
}

interface Span {
  readonly start: number
  readonly end: number
}

function placeAt(text: string, path: readonly string[]): Span | null {
  let place: Span = { start: /^\s*/.exec(text)?.[0].length ?? 0, end: text.trimEnd().length }
  for (const name of path) {
    if (text[place.start] !== '{') return null
    const found = membersOf(text, place).findLast((member) => member.name === name)
    if (found === undefined) return null
    place = found
  }
  return place
}

function membersOf(text: string, { start, end }: Span): Member[] {
  return members(text.slice(start, end), BOUNDS).map((member) => ({
    ...member,
    nameStart: member.nameStart + start,
    nameEnd: member.nameEnd + start,
    start: member.start + start,
    end: member.end + start,
  }))
}

function elementsOf(text: string, { start, end }: Span): Element[] {
  return elements(text.slice(start, end), BOUNDS).map((element) => ({
    ...element,
    start: element.start + start,
    end: element.end + start,
  }))
}

interface Insertion {
  readonly place: Span
  /** What it comes after; undefined where the object or array is empty. */
  readonly after: Member | Element | undefined
  readonly member?: string | undefined
  readonly value: unknown
}

/** As its neighbours are written: on a line of its own below them, or on the same line. */
function insert(text: string, { place, after, member, value }: Insertion): string {
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? (text.includes('\n') || text.trim() === '{}' ? '  ' : '')
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const outer = indentAt(text, place.start)
  const neighbour = after === undefined ? undefined : 'nameStart' in after ? after.nameStart : after.start
  const onOwnLine = neighbour === undefined ? unit !== '' : /\n[ \t]*$/.test(text.slice(place.start, neighbour))
  const inner = onOwnLine && neighbour !== undefined ? indentAt(text, neighbour) : outer + unit

  const name = member === undefined ? '' : `${JSON.stringify(member)}: `
  const written = onOwnLine
    ? name + JSON.stringify(value, null, unit || '  ').replaceAll('\n', newline + inner)
    : name + JSON.stringify(value)
  if (after !== undefined) {
    const separator = onOwnLine ? `,${newline}${inner}` : ', '
    return text.slice(0, after.end) + separator + written + text.slice(after.end)
  }
  const around = onOwnLine ? [newline + inner, newline + outer] : ['', '']
  return text.slice(0, place.start + 1) + around[0] + written + around[1] + text.slice(place.end - 1)
}

/** The blanks that the line of this position begins with. */
function indentAt(text: string, position: number): string {
  const line = text.lastIndexOf('\n', position - 1) + 1
  return /^[ \t]*/.exec(text.slice(line, position))?.[0] ?? ''
}
