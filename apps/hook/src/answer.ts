import { hookCallOf, renderHook, SILENCE, type HookClient, type HookOutput } from '@sentinelmesh/api/hooks'
import type { Command } from './arguments.ts'
import { deliverLater, spoolIn } from './deliver.ts'
import { messageOf, NoAnswer, toNoAnswer } from './no-answer.ts'
import { LIMITS } from './limits.ts'
import type { Places } from './places.ts'
import { post, type Answer } from './post.ts'
import { readInput } from './read-input.ts'
import { readSettings, type Settings } from './settings.ts'
import type { Unsent } from './spool.ts'
import { write } from './write.ts'

type HookCommand = Extract<Command, { type: 'hook' }>

/**
 * Answers one hook call and ends the process. `self` is the command that starts this program, used to deliver later.
 */
export async function answerHook(
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

/** Ends by the deadline, whatever standard input and the server do. */
async function ask(client: HookClient, settings: Settings): Promise<Asked> {
  let input: Buffer | undefined
  const ending = new AbortController()
  const endsMs = performance.now() + settings.timeoutMs
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
    const query = settings.askElsewhere === null ? '' : `?ask=${settings.askElsewhere}`
    const path = `/api/v1/hook/${client}${query}`
    const { server } = settings
    const { signal } = ending
    const body = input
    return untilNotBusy(endsMs, () => post(server, path, body, signal))
  }
  try {
    return { answer: await Promise.race([work(), late]) }
  } catch (error) {
    return { problem: toNoAnswer(error), input }
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Retries while the server is busy, until the deadline. After that, the call is allowed without a verdict, or blocked.
 */
async function untilNotBusy(endsMs: number, ask: () => Promise<Answer>): Promise<Answer> {
  for (let pauseMs: number = LIMITS.busyPauseMs; ; pauseMs *= 2) {
    try {
      return await ask()
    } catch (error) {
      const isOver = performance.now() + pauseMs >= endsMs
      if (!(error instanceof NoAnswer) || !error.isBusy || isOver) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

interface Failed {
  readonly client: HookClient
  readonly settings: Settings
  readonly show: boolean
  readonly places: Places
  readonly problem: NoAnswer
  readonly input: Buffer | undefined
}

/** If open, allows the call and spools its input. If closed, refuses it in the client's format. */
async function withoutAnswer({ client, settings, show, places, problem, input }: Failed): Promise<never> {
  if (show) {
    write(2, `sentinelmesh-hook: ${problem.message}\n`)
    return process.exit(1)
  }
  const { fail } = settings
  const unsent = input === undefined || problem.isRefused ? client : { client, at: Date.now(), fail, input }
  // Without any setup, there is no server for a later delivery.
  const kept = settings.isSetUp ? await keep(places, unsent) : ''
  const output = fail === 'open' ? SILENCE : refusal(client, input, problem)
  write(1, output.stdout)
  // Standard error holds only the reason, because agents pass it to the model.
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
  // The event is unknown, but every client understands exit code 2.
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

/** Spools the input. Returns the end of a sentence about the result. */
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
