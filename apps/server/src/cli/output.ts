import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** A file that gets its name only when it is complete. */
export interface OutputFile extends AsyncDisposable {
  readonly stream: Writable
  readonly isTerminal: false
  readonly ends: true
  /** Call this after the stream has ended. Without it, the partial file is removed. */
  complete(): Promise<void>
}

/** Creates a file that only its owner can read. Ends the command with exit code 2 if that fails. */
export async function createOutput(file: string): Promise<OutputFile> {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new CommandFailed(`${file} is a folder; name a file in it.`, 2)
  const unfinished = `${file}.unfinished-${process.pid}`
  const stream = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
  await once(stream, 'open').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(
      `${file} cannot be written (${error.code}). Is there a folder ${dirname(file)}, and may you write to it?`,
      2,
    )
  })
  // The writer of the stream reports its errors.
  const closed = () =>
    new Promise<void>((resolve) => {
      if (stream.closed) resolve()
      else stream.once('close', () => resolve())
    })
  return {
    stream,
    isTerminal: false,
    ends: true,
    async complete() {
      await closed()
      await rename(unfinished, file)
    },
    async [Symbol.asyncDispose]() {
      stream.destroy()
      await closed()
      await rm(unfinished, { force: true })
    },
  }
}
