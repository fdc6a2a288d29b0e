import type { Readable } from 'node:stream'
import { LIMITS } from '../limits.ts'
import type { Piece, Splitter } from './framing.ts'
import type { Sink } from './sink.ts'

/** The bytes to forward in place of a piece, or null for none. */
export type Forwarded = Uint8Array | null

interface HeldPiece {
  readonly forwarded: Forwarded | Promise<Forwarded>
  readonly bytes: number
  readonly ends: boolean
}

/**
 * Copies a stream piece by piece, in order. While a piece waits for its verdict, the pieces behind it are read and inspected,
 * up to `LIMITS.heldMessages` and `LIMITS.heldBytes`. Beyond that, and while the sink is full, reading stops. Resolves when
 * the source has ended and everything is written. A source that breaks off is treated as one that ends.
 */
export async function pump(
  source: Readable,
  splitter: Splitter,
  inspect: (piece: Piece) => Forwarded | Promise<Forwarded>,
  to: Sink,
): Promise<void> {
  const held: HeldPiece[] = []
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
      const forwarded = await next.forwarded
      if (forwarded !== null) await to.write(forwarded, next.ends)
      held.shift()
      heldBytes -= next.bytes
      wakeReader()
    }
  }

  async function hold(piece: Piece): Promise<void> {
    held.push({ forwarded: inspect(piece), bytes: piece.bytes.length, ends: piece.type === 'whole' || piece.last })
    heldBytes += piece.bytes.length
    wakeWriter()
    while (held.length >= LIMITS.heldMessages || heldBytes >= LIMITS.heldBytes)
      await new Promise<void>((resolve) => (wakeReader = resolve))
  }

  const written = writeAll()
  try {
    for await (const chunk of source) for (const piece of splitter.push(chunk as Buffer)) await hold(piece)
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  for (const piece of splitter.end()) await hold(piece)
  isEnded = true
  wakeWriter()
  await written
}
