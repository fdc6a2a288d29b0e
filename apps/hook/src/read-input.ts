import { HOOK_INPUT_BYTES } from '@sentinelmesh/api/hooks'
import { NoAnswer } from './no-answer.ts'

/** Reads all of standard input. Throws `NoAnswer` if it is larger than the server accepts. */
export function readInput(): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    process.stdin.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= HOOK_INPUT_BYTES) chunks.push(chunk)
      // Reads and drops the rest, because writing to a closed pipe would kill the agent's process with a signal.
      else chunks.length = 0
    })
    process.stdin.once('end', () => {
      if (bytes <= HOOK_INPUT_BYTES) resolve(Buffer.concat(chunks))
      else
        reject(
          new NoAnswer(`The input is larger than ${HOOK_INPUT_BYTES / 1024 / 1024} MiB, and was not judged.`, {
            isRefused: true,
          }),
        )
    })
    process.stdin.once('error', (error) =>
      reject(new NoAnswer(`Standard input cannot be read (${error.message}).`, { isRefused: true })),
    )
  })
}
