import type { Writable } from 'node:stream'

/** Writes one direction of a connection. Messages of the proxy are inserted between whole units, with back-pressure. */
export interface Sink {
  /** `ends` is true if this completes a unit. Resolves when the stream accepts more. */
  write(bytes: Uint8Array, ends: boolean): Promise<void>
  /** Inserts a unit of the proxy, after the unit that is being written. */
  insert(unit: string): Promise<void>
  end(): void
}

export function sink(stream: Writable): Sink {
  let isWithinUnit = false
  let waiting: (() => void)[] = []

  const send = (bytes: Uint8Array | string) =>
    new Promise<void>((resolve) => {
      if (stream.destroyed || stream.writableEnded || stream.write(bytes)) return resolve()
      // A reader that stops reading closes the stream, and then nothing has to wait for it.
      const resume = () => {
        stream.off('drain', resume)
        stream.off('close', resume)
        resolve()
      }
      stream.once('drain', resume)
      stream.once('close', resume)
    })

  function unitEnded(): void {
    isWithinUnit = false
    for (const resolve of waiting) resolve()
    waiting = []
  }

  return {
    async write(bytes, ends) {
      isWithinUnit = true
      const sent = send(bytes)
      if (ends) unitEnded()
      await sent
    },
    async insert(unit) {
      while (isWithinUnit) await new Promise<void>((resolve) => waiting.push(resolve))
      await send(unit)
    },
    end() {
      unitEnded()
      if (!stream.destroyed && !stream.writableEnded) stream.end()
    },
  }
}
