import { writeSync } from 'node:fs'

const RETRY_MS = 5
const MOST_RETRIES = 200

/** Writes all of the text, even to a pipe that accepts it in parts. Ignores a closed pipe. */
export function write(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text)
  let retries = 0
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      retries += 1
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || retries > MOST_RETRIES) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }
}
