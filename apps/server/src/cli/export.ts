import { once } from 'node:events'
import { Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { withApi } from './connect.ts'
import { createOutput } from './output.ts'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { progressBar } from './progress.ts'

interface Options {
  readonly format: 'ndjson' | 'csv'
  readonly query?: string
  readonly from?: string
  readonly to?: string
  readonly order: 'oldest' | 'newest'
  readonly output: string
  readonly gzip?: boolean
  readonly bom?: boolean
  readonly org?: string
  readonly json?: boolean
}

const MiB = 1024 * 1024
const CUT = 'The export was cut off before its end'

/** Exports all matching entries to a file. The file gets its name only when it is complete. */
export async function exportEntries(options: Options): Promise<void> {
  const isFile = options.output !== '-'
  if (options.json && !isFile)
    throw new CommandFailed('--json prints a summary where the entries would go: name a file with --output.', 2)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  try {
    const entries = await write(options, stop.signal)
    if (options.json) printJson({ file: options.output, format: options.format, entries })
    else if (isFile) process.stdout.write(`${entries} entries in ${visible(options.output)}\n`)
  } catch (error) {
    if (!stop.signal.aborted) throw error
    process.stderr.write('Cancelled.\n')
    process.exitCode = 130
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

/** Returns the number of entries written. */
async function write(options: Options, signal: AbortSignal): Promise<number> {
  await using output = options.output === '-' ? standardOutput() : await createOutput(options.output)
  const progress = progressBar(() => null)
  let shown = ''
  const end = endLine((bytes) => {
    const text = `${Math.floor(bytes / MiB)} MiB`
    // On a terminal, progress would be mixed with the entries.
    if (text !== shown && !output.isTerminal) progress.show(text)
    shown = text
  })
  try {
    await withApi(options.org, async (_, { get }) => {
      const reply = await get(pathOf(options), signal)
      const compress = options.gzip === true || options.output.endsWith('.gz')
      const steps = [
        ...(output.isTerminal && !compress ? [shownOnTerminal()] : []),
        ...(compress ? [createGzip()] : []),
      ]
      const body = Readable.from(bodyOf(reply), { objectMode: false })
      await pipeline([body, end.taken, ...steps, output.stream], { signal, end: output.ends })
    })
  } finally {
    progress.end()
  }
  const entries = end.entries()
  if (entries === null) throw new CommandFailed(`${CUT}. Try again.`)
  await output.complete()
  return entries
}

function pathOf({ format, query, from, to, order, bom }: Options): string {
  const asked = new URLSearchParams({ format, order, end_line: 'true' })
  for (const [name, value] of Object.entries({ q: query, from, to, bom: bom ? 'true' : undefined }))
    if (value !== undefined) asked.set(name, value)
  return `/api/v1/logs/export?${asked.toString()}`
}

async function* bodyOf(reply: Response): AsyncGenerator<Uint8Array> {
  if (reply.body === null) return
  try {
    yield* Readable.fromWeb(reply.body as Parameters<typeof Readable.fromWeb>[0]) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw new CommandFailed(`${CUT} (${reasonOf(error)}). Try again.`)
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: unknown; readonly cause?: { readonly message?: unknown } }
  return visible(String(cause?.message ?? message ?? error))
}

/** The last line of an export marks its end and holds the number of entries. */
const END_LINE = /\{"type":"end","entries":(\d+)\}\n$/
const END_LINE_BYTES = 64

/** Passes everything through except the last line, which it removes. */
function endLine(onBytes: (bytes: number) => void): { readonly taken: Transform; entries(): number | null } {
  let held: Buffer = Buffer.alloc(0)
  let bytes = 0
  let entries: number | null = null
  const taken = new Transform({
    transform(chunk: Buffer, _, done) {
      const all = Buffer.concat([held, chunk])
      const passed = Math.max(0, all.length - END_LINE_BYTES)
      held = all.subarray(passed)
      bytes += chunk.length
      onBytes(bytes)
      done(null, all.subarray(0, passed))
    },
    flush(done) {
      const text = held.toString('latin1')
      const line = END_LINE.exec(text)
      if (line !== null) entries = Number(line[1])
      done(null, line === null ? held : held.subarray(0, line.index))
    },
  })
  return { taken, entries: () => entries }
}

interface Output extends AsyncDisposable {
  readonly stream: Writable
  readonly isTerminal: boolean
  /** True if the stream must be ended after the last write. */
  readonly ends: boolean
  complete(): Promise<void>
}

function standardOutput(): Output {
  return {
    stream: process.stdout,
    isTerminal: process.stdout.isTTY,
    ends: false,
    async complete() {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Escapes control characters, so that reported data cannot control the terminal. */
function shownOnTerminal(): Transform {
  const decoder = new TextDecoder()
  return new Transform({
    transform(chunk: Buffer, _, done) {
      done(
        null,
        decoder
          .decode(chunk, { stream: true })
          .replaceAll('\r', '')
          .replaceAll(/[^\n]+/g, visible),
      )
    },
    flush(done) {
      done(null, visible(decoder.decode()))
    },
  })
}
