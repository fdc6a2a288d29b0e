import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'

/**
 * Opens a file and hands it to `use`, with what it is. Something else under its name is no file here: a pipe would hold this
 * process up until the agent gives it up, and then the agent goes on. Throws what the file system throws.
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
