import { closeSync, constants, createWriteStream, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { CommandFailed } from './command-failed.ts'

/** A file that stands under its name only when it is complete. */
export interface OutputFile extends AsyncDisposable {
  readonly stream: Writable
  readonly isTerminal: false
  readonly ends: true
  /** To be called when the stream has ended; without it nothing is left of the file. */
  complete(): Promise<void>
}

/** Readable by its owner alone. Ends the command with 2 where it cannot be created. */
export function createOutput(file: string): OutputFile {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new CommandFailed(`${file} is a folder; name a file in it.`, 2)
  const unfinished = `${file}.unfinished-${process.pid}`
  const fd = openNew(unfinished, file)
  const stream = createWriteStream(unfinished, { fd, autoClose: false })
  let isOpen = true
  const close = () => {
    if (isOpen) closeSync(fd)
    isOpen = false
  }
  return {
    stream,
    isTerminal: false,
    ends: true,
    async complete() {
      fsyncSync(fd)
      close()
      renameSync(unfinished, file)
    },
    async [Symbol.asyncDispose]() {
      stream.destroy()
      close()
      rmSync(unfinished, { force: true })
    },
  }
}

function openNew(unfinished: string, file: string): number {
  try {
    return openSync(unfinished, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CommandFailed(
      `${file} cannot be written (${code}). Is there a folder ${dirname(file)}, and may you write to it?`,
      2,
    )
  }
}
