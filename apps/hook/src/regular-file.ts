import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'

/**
 * Opens a regular file and passes it to `use` with its stats. Rejects anything else: a pipe would block this process
 * until the agent's timeout, after which the agent continues without a verdict. Throws the file system's errors.
 */
export function withFile<Result>(file: string, use: (fd: number, stats: Stats) => Result): Result {
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    return use(fd, fstatSync(fd))
  } finally {
    closeSync(fd)
  }
}

export function readRegular(file: string): Buffer {
  return withFile(file, (fd, stats) => {
    if (!stats.isFile()) throw new Error(`${file} is no file`)
    return readFileSync(fd)
  })
}
