/** A piece of a stream: a whole unit, or a part of one that is longer than the limit. */
export type Piece =
  | { readonly type: 'whole'; readonly bytes: Buffer }
  | { readonly type: 'part'; readonly bytes: Buffer; readonly first: boolean; readonly last: boolean }

export interface Splitter {
  /** The pieces that are complete. The bytes of all pieces, in order, are the bytes of the stream. */
  push(chunk: Buffer): readonly Piece[]
  /** The rest, when the stream ends. */
  end(): readonly Piece[]
}

/** Returns the offset in the chunk after the end of the current unit, or -1. Keeps state between chunks. */
type FindEnd = (chunk: Buffer, from: number) => number

function splitter(findEnd: FindEnd, mostBytes: number): Splitter {
  let kept: Buffer[] = []
  let keptBytes = 0
  let isTooLong = false

  function cut(bytes: Buffer, last: boolean): Piece[] {
    kept.push(bytes)
    keptBytes += bytes.length
    const first = !isTooLong
    isTooLong ||= keptBytes > mostBytes
    if (!isTooLong && !last) return []
    const whole = kept.length === 1 ? bytes : Buffer.concat(kept)
    kept = []
    keptBytes = 0
    if (!isTooLong) return [{ type: 'whole', bytes: whole }]
    isTooLong = !last
    return [{ type: 'part', bytes: whole, first, last }]
  }

  return {
    push(chunk) {
      const pieces: Piece[] = []
      let from = 0
      while (from < chunk.length) {
        const end = findEnd(chunk, from)
        pieces.push(...cut(chunk.subarray(from, end < 0 ? chunk.length : end), end >= 0))
        from = end < 0 ? chunk.length : end
      }
      return pieces
    },
    end: () => (keptBytes === 0 && !isTooLong ? [] : cut(Buffer.alloc(0), true)),
  }
}

const LF = 0x0a
const CR = 0x0d

/** A unit is a line with the line feed that ends it. */
export function lineSplitter(mostBytes: number): Splitter {
  return splitter((chunk, from) => chunk.indexOf(LF, from) + 1 || -1, mostBytes)
}

/** A unit is an event of `text/event-stream` with the blank line that ends it; lines end in CR, LF, or both. */
export function eventSplitter(mostBytes: number): Splitter {
  let isLineEmpty = true
  let isAfterCr = false
  let isAfterUnit = false
  return splitter((chunk, from) => {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (byte === LF && isAfterCr) {
        // The LF of a CRLF whose CR already ended the line in the previous chunk, so that no reader waits for the LF.
        isAfterCr = false
        if (isAfterUnit) return at + 1
        continue
      }
      isAfterUnit = false
      isAfterCr = byte === CR
      if (!isAfterCr && byte !== LF) isLineEmpty = false
      else if (!isLineEmpty) isLineEmpty = true
      else if (isAfterCr && chunk[at + 1] === LF) {
        isAfterCr = false
        return at + 2
      } else {
        isAfterUnit = true
        return at + 1
      }
    }
    return -1
  }, mostBytes)
}

/** The data of an event. Null if it has none, as in a comment or a blank line. */
export function dataOf(event: string): string | null {
  const data = event.split(/\r\n|\r|\n/).flatMap((line) => {
    if (line === 'data') return ['']
    return line.startsWith('data:') ? [line.slice(line.startsWith('data: ') ? 6 : 5)] : []
  })
  return data.length === 0 ? null : data.join('\n')
}

/** Replaces the data of an event and keeps its other lines. */
export function withData(event: string, data: string): string {
  const others = event.split(/\r\n|\r|\n/).filter((line) => line !== '' && line !== 'data' && !line.startsWith('data:'))
  return `${[...others, ...data.split('\n').map((line) => `data: ${line}`)].join('\n')}\n\n`
}
