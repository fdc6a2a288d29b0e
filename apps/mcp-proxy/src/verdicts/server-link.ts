import { errorDetail } from '@sentinelmesh/command-line/error-detail'
import { LIMITS } from '../limits.ts'

export interface ServerLinkOptions {
  readonly url: string
  readonly apiKey: string
  /** What happens while the server is away, for the warning about it. */
  readonly whileAway: string
  /** Prints a sentence for the person who started the proxy. */
  readonly warn: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

/** The connection to the SentinelMesh server. After a failure the server counts as away until the back-off has passed. */
export interface ServerLink {
  /** Throws `Refused`, or the reason why the server did not answer. */
  post<Out extends { readonly results: readonly unknown[] }>(path: string, body: object): Promise<Out>
  isAway(): boolean
  /** Aborts when a request fails. Already aborted while the last request has failed. */
  goneAway(): AbortSignal
  /** Resolves when the back-off has passed. */
  backOff(): Promise<void>
  /** Prints a sentence unless it was the last one printed since the server answered. */
  warnOnce(sentence: string): void
}

/** The server refused the request. Sending it again does not help. */
export class Refused extends Error {
  constructor(
    message: string,
    /** The request may be valid: the key is refused, which its owner can change. */
    readonly isAboutKey: boolean,
  ) {
    super(message)
  }
}

export function serverLink({ url, apiKey, whileAway, warn, now }: ServerLinkOptions): ServerLink {
  let awayUntil = 0
  let retryMs: number = LIMITS.retryMs
  let gone = new AbortController()
  let lastWarning = ''

  function warnOnce(sentence: string): void {
    if (sentence !== lastWarning) warn(sentence)
    lastWarning = sentence
  }

  function answered(): void {
    if (gone.signal.aborted) gone = new AbortController()
    retryMs = LIMITS.retryMs
    awayUntil = 0
    lastWarning = ''
  }

  function failed(error: unknown): void {
    if (now() >= awayUntil) {
      awayUntil = now() + retryMs
      retryMs = Math.min(2 * retryMs, LIMITS.retryMostMs)
    }
    gone.abort()
    warnOnce(`the server under ${url} does not answer (${reasonOf(error)}); ${whileAway}.`)
  }

  return {
    // Only the shape of an answer is checked: the server holds the key, so it is trusted with more than its answers.
    async post<Out extends { readonly results: readonly unknown[] }>(path: string, body: object): Promise<Out> {
      try {
        const reply = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
          body: JSON.stringify(body),
          redirect: 'error',
          signal: AbortSignal.timeout(LIMITS.requestMs),
        })
        if (reply.status >= 500 || reply.status === 429) throw new Error(`it answers ${reply.status}`)
        if (!reply.ok) throw new Refused(await sentenceOf(reply), reply.status === 401 || reply.status === 403)
        const answer = (await reply.json()) as Out
        if (!Array.isArray(answer.results)) throw new Error('what answers is no SentinelMesh server')
        answered()
        return answer
      } catch (error) {
        if (error instanceof Refused) warnOnce(`the server refuses what this proxy sends: ${error.message}`)
        else failed(error)
        throw error
      }
    },
    isAway: () => now() < awayUntil,
    goneAway: () => gone.signal,
    async backOff() {
      const ms = awayUntil - now()
      if (ms > 0) await new Promise((resolve) => void setTimeout(resolve, ms).unref())
    },
    warnOnce,
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}

async function sentenceOf(reply: Response): Promise<string> {
  return errorDetail(await reply.json().catch(() => null)) ?? `status ${reply.status}`
}
