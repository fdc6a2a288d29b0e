import { decodedChunks } from '../input.ts'

/** One event of the input, or why there is none. `line` is the line on which it begins, from 1. */
export type InputEvent =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly fault: string }

/**
 * Yields the events of each chunk together: lines, and the elements of JSON arrays, which may span lines. Blank lines
 * are left out. Holds at most `maxChars` UTF-16 units of a longer event. Ends the command with exit code 1 if reading
 * fails.
 */
export async function* eventBatches(
  bytes: AsyncIterable<Buffer>,
  maxChars: number,
): AsyncGenerator<readonly InputEvent[]> {
  const splitter = eventSplitter(maxChars)
  for await (const chunk of decodedChunks(bytes)) {
    const events = splitter.add(chunk)
    if (events.length > 0) yield events
  }
  const last = splitter.end()
  if (last.length > 0) yield last
}

/** The position between two characters: before a line, in it, between the elements of an array, or in one. */
type State = 'before' | 'line' | 'between' | 'element'

interface EventSplitter {
  add(chunk: string): readonly InputEvent[]
  end(): readonly InputEvent[]
}

function eventSplitter(maxChars: number): EventSplitter {
  let state: State = 'before'
  let line = 1
  let startLine = 1
  /** The part of the current event in earlier chunks; empty if it is too long. */
  let rest = ''
  let long = false
  let depth = 0
  let inString = false
  let escaped = false
  let events: InputEvent[] = []

  const keep = (part: string) => {
    long ||= rest.length + part.length > maxChars
    rest = long ? '' : rest + part
  }
  const finish = (next: State) => {
    events.push(
      long
        ? { line: startLine, fault: `The event has more than ${maxChars} characters (eventChars).` }
        : { line: startLine, text: rest },
    )
    rest = ''
    long = false
    state = next
  }
  const begin = (next: State) => {
    state = next
    startLine = line
    depth = 0
    inString = false
    escaped = false
  }

  /** Skips what is between events, from `at`, and returns where the next one begins. */
  function skip(chunk: string, at: number): number {
    for (let index = at; index < chunk.length; index++) {
      const char = chunk[index]
      if (char === '\n') line++
      else if (char === ' ' || char === '\t' || char === '\r' || (char === ',' && state === 'between')) continue
      else if (state === 'before' && char === '[') state = 'between'
      else if (state === 'between' && char === ']') state = 'before'
      else {
        begin(state === 'before' ? 'line' : 'element')
        return index
      }
    }
    return chunk.length
  }

  function endOfLine(chunk: string, at: number): number {
    const end = chunk.indexOf('\n', at)
    keep(chunk.slice(at, end < 0 ? chunk.length : end))
    if (end < 0) return chunk.length
    finish('before')
    line++
    return end + 1
  }

  function endOfElement(chunk: string, at: number): number {
    for (let index = at; index < chunk.length; index++) {
      const char = chunk[index]
      if (char === '\n') line++
      if (escaped) escaped = false
      else if (inString) {
        if (char === '"') inString = false
        else if (char === '\\') escaped = true
      } else if (char === '"') inString = true
      else if (char === '{' || char === '[') depth++
      else if (depth > 0) {
        if (char === '}' || char === ']') depth--
      } else if (char === ',' || char === ']') {
        keep(chunk.slice(at, index))
        finish(char === ',' ? 'between' : 'before')
        return index + 1
      }
    }
    keep(chunk.slice(at))
    return chunk.length
  }

  const taken = () => {
    const found = events
    events = []
    return found
  }
  return {
    add(chunk) {
      let at = 0
      while (at < chunk.length)
        at = state === 'line' ? endOfLine(chunk, at) : state === 'element' ? endOfElement(chunk, at) : skip(chunk, at)
      return taken()
    },
    end() {
      if (state === 'line') finish('before')
      if (state === 'element') finish('between')
      if (state === 'between') events.push({ line, fault: 'The array ends without "]".' })
      return taken()
    },
  }
}
