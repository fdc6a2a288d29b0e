import { existsSync, writeSync } from 'node:fs'
import { hookCallOf, renderHook, SILENCE, type HookClient, type HookOutput } from '@sentinelmesh/api/hooks'
import { HELP, readArguments, type Command } from './arguments.ts'
import { LIMITS } from './limits.ts'
import type { Places } from './places.ts'
import { NoAnswer, post, type Answer } from './post.ts'
import { readInput } from './read-input.ts'
import { readSettings, type Server, type Settings } from './settings.ts'
import type { Send, Spool, Unsent } from './spool.ts'

type HookCommand = Extract<Command, { type: 'hook' }>

/** Runs one call and ends the process. */
export async function run(args: readonly string[], places: Places): Promise<never> {
  const command = readArguments(args)
  switch (command.type) {
    case 'help':
      write(1, HELP)
      return process.exit(0)
    case 'wrong':
      // Not 2, by which a hook refuses what the agent wants to do.
      write(2, `sentinelmesh-hook: ${command.say}\n`)
      return process.exit(1)
    case 'flush':
      return flush(places)
    case 'hook':
      // What starts this program, for the one that delivers.
      return answerHook(command, places, process.argv.slice(1, process.argv.length - args.length))
  }
}

async function answerHook(
  { client, flags, show }: HookCommand,
  places: Places,
  self: readonly string[],
): Promise<never> {
  const settings = readSettings(places, flags, process.env)
  for (const warning of settings.warnings) write(2, `sentinelmesh-hook: ${warning}\n`)
  const asked = await ask(client, settings)
  if (asked.answer === undefined) return withoutAnswer({ client, settings, show, places, ...asked })

  const { stdout, stderr, exit } = asked.answer
  if (show) write(1, `${JSON.stringify(asked.answer, null, 2)}\n`)
  else write(1, stdout)
  if (!show) write(2, stderr)
  await deliverLater(places, self)
  return process.exit(show ? 0 : exit)
}

type Asked =
  | { readonly answer: Answer }
  | { readonly answer?: undefined; readonly problem: NoAnswer; readonly input: Buffer | undefined }

/** Within the time there is, whatever standard input and the server do. */
async function ask(client: HookClient, settings: Settings): Promise<Asked> {
  let input: Buffer | undefined
  const ending = new AbortController()
  const seconds = settings.timeoutMs / 1000
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const what = input === undefined ? 'Standard input did not end' : 'There was no answer'
      reject(new NoAnswer(`${what} within ${seconds} seconds.`))
      ending.abort()
    }, settings.timeoutMs)
  })
  const work = async (): Promise<Answer> => {
    input = await readInput()
    if (settings.server === null) throw new NoAnswer(settings.problem ?? '')
    const query = settings.askElsewhere === 'block' ? '' : `?ask=${settings.askElsewhere}`
    return post(settings.server, `/api/v1/hook/${client}${query}`, input, ending.signal)
  }
  try {
    return { answer: await Promise.race([work(), late]) }
  } catch (error) {
    return { problem: toNoAnswer(error), input }
  } finally {
    clearTimeout(timer)
  }
}

function toNoAnswer(error: unknown): NoAnswer {
  return error instanceof NoAnswer ? error : new NoAnswer(`It failed (${messageOf(error)}).`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

interface Failed {
  readonly client: HookClient
  readonly settings: Settings
  readonly show: boolean
  readonly places: Places
  readonly problem: NoAnswer
  readonly input: Buffer | undefined
}

/** Open: the call goes on, and what it was is kept. Closed: it is refused in the client's own words. */
async function withoutAnswer({ client, settings, show, places, problem, input }: Failed): Promise<never> {
  if (show) {
    write(2, `sentinelmesh-hook: ${problem.message}\n`)
    return process.exit(1)
  }
  const { fail } = settings
  const unsent = input === undefined || problem.isRefused ? client : { client, at: Date.now(), fail, input }
  // Where nobody set anything up there is nobody to whom it could be delivered.
  const kept = settings.isSetUp ? await keep(places, unsent) : ''
  const output = fail === 'open' ? SILENCE : refusal(client, input, problem)
  write(1, output.stdout)
  // The reason stands alone: agents give it to the model.
  if (output.stderr !== '') write(2, output.stderr)
  else
    write(
      2,
      `sentinelmesh-hook: ${fail === 'open' ? 'This went on unjudged' : 'This was not judged'}${kept}. ${problem.message}\n`,
    )
  return process.exit(output.exit)
}

function refusal(client: HookClient, input: Buffer | undefined, problem: NoAnswer): HookOutput {
  const reason = `SentinelMesh could not judge this, and it is set to block then. ${problem.message}`
  const event = input === undefined ? undefined : parsed(input)
  // Whatever this is, exit 2 is what every client knows.
  if (event === undefined) return { stdout: '', stderr: reason, exit: 2 }
  return renderHook(hookCallOf(client, event), { verdict: 'block', reason, askElsewhere: 'block' })
}

function parsed(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

/** The end of a sentence about what became of the input. */
async function keep(places: Places, unsent: Unsent | HookClient): Promise<string> {
  const spool = await spoolIn(places)
  try {
    if (typeof unsent === 'string') spool?.skip(unsent)
    else spool?.add(unsent)
    return spool === null || typeof unsent === 'string' ? ', and cannot be delivered later' : ', and is delivered later'
  } catch (error) {
    return `, and could not be kept (${messageOf(error)})`
  }
}

async function spoolIn({ spoolFolder }: Places): Promise<Spool | null> {
  return spoolFolder === null ? null : (await import('./spool.ts')).openSpool(spoolFolder)
}

/** The agent waits for this process, so another one delivers what waits. Trouble with that changes no answer. */
async function deliverLater(places: Places, self: readonly string[]): Promise<void> {
  try {
    if (places.spoolFolder === null || !existsSync(places.spoolFolder)) return
    const spool = await spoolIn(places)
    if (spool?.isDue() !== true || spool.hasJustFailed()) return
    const { spawn } = await import('node:child_process')
    const delivering = spawn(process.execPath, [...self, 'flush'], {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
    })
    delivering.on('error', () => {})
    delivering.unref()
  } catch {
    // A later call tries again.
  }
}

async function flush(places: Places): Promise<never> {
  const { server, problem } = readSettings(places, {}, process.env)
  if (server === null) return endFlush(`${problem}`, 1)
  const spool = await spoolIn(places)
  if (spool === null) return endFlush('Without a home nothing is kept.', 0)
  try {
    const { send, problem: why } = sender(server)
    const done = await spool.deliver(send)
    if (done === undefined) return endFlush('Another process is delivering.', 0)
    const { delivered, refused, left } = done
    return endFlush(`${delivered} delivered, ${refused} refused, ${left} waiting. ${why()}`.trim(), left === 0 ? 0 : 1)
  } catch (error) {
    return endFlush(`What waits cannot be delivered: ${messageOf(error)}.`, 1)
  }
}

function endFlush(say: string, code: 0 | 1): never {
  write(code === 0 ? 1 : 2, `sentinelmesh-hook: ${say}\n`)
  return process.exit(code)
}

/** And why the last one that the server did not take was not taken. */
function sender(server: Server): { send: Send; problem: () => string } {
  const until = performance.now() + LIMITS.deliveryMs
  let problem = ''
  const send: Send = async ({ spool, client, missing, waiting }) => {
    if (performance.now() > until) return 'kept'
    const query = new URLSearchParams({ spool })
    if (missing !== null) query.set('missing', `${missing.from}-${missing.to}`)
    if (waiting !== null) {
      query.set('late', String(waiting.number))
      // A clock that was ahead then and is right now would make the server refuse it.
      query.set('at', String(Math.min(waiting.at, Date.now())))
      query.set('fail', waiting.fail)
    }
    const path = `/api/v1/hook/${client}/late?${query}`
    try {
      await post(server, path, waiting?.input ?? Buffer.from('{}'), AbortSignal.timeout(LIMITS.deliveryPostMs))
      return 'delivered'
    } catch (error) {
      const { message, isRefused } = toNoAnswer(error)
      problem = message
      return isRefused ? 'refused' : 'kept'
    }
  }
  return { send, problem: () => problem }
}

const RETRY_MS = 5
const MOST_RETRIES = 200

/** All of the text, to a pipe too that takes it bit by bit; a reader that is gone is no fault. */
function write(fd: 1 | 2, text: string): void {
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
