import { accessSync, constants, createReadStream, statSync, type Stats } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

export interface Input {
  /** Decompressed if the input is gzip. */
  readonly bytes: AsyncIterable<Buffer>
  /** Size of the file in bytes before decompression. Null for standard input. */
  readonly size: number | null
  /** The number of these bytes that have been read. */
  read(): number
}

/** A line without its line ending. `text` is null if the line is too long. Line numbers start at 1. */
export interface InputLine {
  readonly number: number
  readonly text: string | null
}

/** Opens a file, or standard input for `-`. Ends the command with exit code 2 if the file is missing or a folder. */
export function openInput(file: string): Input {
  const size = file === '-' ? null : fileSize(file)
  const raw: Readable = file === '-' ? process.stdin : createReadStream(file)
  let bytes = 0
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      bytes += chunk.length
      yield chunk
    }
  }
  return { bytes: inflated(counted()), size, read: () => bytes }
}

function fileSize(file: string): number {
  const stats = statsOf(file)
  if (stats.isDirectory()) throw new CommandFailed(`${file} is a folder; name a file in it.`, 2)
  return stats.size
}

function statsOf(file: string): Stats {
  try {
    accessSync(file, constants.R_OK)
    return statSync(file)
  } catch {
    throw new CommandFailed(`${file} cannot be read. Is the name right, and may you read it?`, 2)
  }
}

/** Detects gzip by its first two bytes, so that standard input may be compressed as well. */
async function* inflated(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0)
  while (head.length < 2) {
    const next = await raw.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield head
    yield* raw
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole()
    return
  }
  const gunzip = createGunzip()
  // An error destroys `gunzip`, and the loop below throws it.
  pipeline(Readable.from(whole()), gunzip, () => {})
  yield* gunzip as AsyncIterable<Buffer>
}

/**
 * Yields the lines of each chunk together. Skips a byte order mark. Holds at most `maxChars` UTF-16 units of a longer
 * line. Ends the command with exit code 1 if reading fails.
 */
export async function* lineBatches(
  bytes: AsyncIterable<Buffer>,
  maxChars: number,
): AsyncGenerator<readonly InputLine[]> {
  let number = 0
  let rest = ''
  let long = false
  const take = (part: string) => {
    long ||= rest.length + part.length > maxChars
    rest = long ? '' : rest + part
  }
  const finish = (): InputLine => {
    const text = long ? null : withoutReturn(rest)
    rest = ''
    long = false
    number += 1
    return { number, text }
  }
  for await (const chunk of decodedChunks(bytes)) {
    const [first = '', ...others] = chunk.split('\n')
    take(first)
    const lines: InputLine[] = []
    for (const other of others) {
      lines.push(finish())
      take(other)
    }
    if (lines.length > 0) yield lines
  }
  if (rest !== '' || long) yield [finish()]
}

/** The text of each chunk, without a byte order mark. Ends the command with exit code 1 if reading fails. */
export async function* decodedChunks(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new CommandFailed(
      `The input cannot be read to its end (${error.message}). What could be read before that was used.`,
    )
  }
  yield decoder.decode()
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
