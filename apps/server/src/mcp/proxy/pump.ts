import type { Readable, Writable } from 'node:stream'
import { LIMITS } from './limits.ts'
import type { Piece, Splitter } from './pieces.ts'

/** Where one direction is written: whole units that others may be put between, and back-pressure that is waited for. */
export interface Sink {
  /** `ends`: the unit is complete with this. Resolves when there is room for more. */
  write(bytes: Uint8Array, ends: boolean): Promise<void>
  /** A unit of ours, between two of others. */
  put(unit: string): Promise<void>
  /** Nothing more comes. */
  end(): void
}

export function sink(stream: Writable): Sink {
  let isWithin = false
  let waiting: (() => void)[] = []

  const send = (bytes: Uint8Array | string) =>
    new Promise<void>((resolve) => {
      if (stream.destroyed || stream.writableEnded || stream.write(bytes)) return resolve()
      // Who does not read any more closes; then nothing has to wait for it.
      const go = () => {
        stream.off('drain', go)
        stream.off('close', go)
        resolve()
      }
      stream.once('drain', go)
      stream.once('close', go)
    })

  return {
    async write(bytes, ends) {
      isWithin = !ends
      const sent = send(bytes)
      if (ends) {
        for (const go of waiting) go()
        waiting = []
      }
      await sent
    },
    async put(unit) {
      while (isWithin) await new Promise<void>((resolve) => waiting.push(resolve))
      await send(unit)
    },
    end() {
      isWithin = false
      for (const go of waiting) go()
      waiting = []
      if (!stream.destroyed && !stream.writableEnded) stream.end()
    },
  }
}

/** What goes on in place of a piece; null: nothing. */
export type Passed = Uint8Array | null

/**
 * Copies a stream unit by unit, in order. What waits for its verdict holds up what is behind it, which is read and looked at
 * meanwhile up to a bound; past that, and while the other side is full, nothing is read. Resolves at the end of the stream.
 */
export async function pump(
  source: Readable,
  splitter: Splitter,
  inspect: (piece: Piece) => Passed | Promise<Passed>,
  to: Sink,
): Promise<void> {
  const held: { readonly passed: Passed | Promise<Passed>; readonly bytes: number; readonly ends: boolean }[] = []
  let heldBytes = 0
  let isEnded = false
  let wakeWriter = () => {}
  let wakeReader = () => {}

  async function writeAll(): Promise<void> {
    for (;;) {
      const next = held[0]
      if (next === undefined) {
        if (isEnded) return
        await new Promise<void>((resolve) => (wakeWriter = resolve))
        continue
      }
      const passed = await next.passed
      if (passed !== null) await to.write(passed, next.ends)
      held.shift()
      heldBytes -= next.bytes
      wakeReader()
    }
  }

  async function take(piece: Piece): Promise<void> {
    held.push({ passed: inspect(piece), bytes: piece.bytes.length, ends: piece.type === 'whole' || piece.last })
    heldBytes += piece.bytes.length
    wakeWriter()
    while (held.length >= LIMITS.heldMessages || heldBytes >= LIMITS.heldBytes)
      await new Promise<void>((resolve) => (wakeReader = resolve))
  }

  const written = writeAll()
  try {
    for await (const chunk of source) for (const piece of splitter.push(chunk as Buffer)) await take(piece)
  } catch (error) {
    // A stream that breaks off ends; what had come is passed on.
    if (!(error instanceof Error)) throw error
  }
  for (const piece of splitter.end()) await take(piece)
  isEnded = true
  wakeWriter()
  await written
}
