import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** A file that stands under its name only when it is complete. */
export interface OutputFile extends AsyncDisposable {
  readonly stream: Writable
  readonly isTerminal: false
  readonly ends: true
  /** To be called when the stream has ended; without it nothing is left of the file. */
  complete(): Promise<void>
}

/** Readable by its owner alone. Ends the command with 2 where it cannot be created. */
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
  // Errors are told by what writes to the stream.
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
