import { LIMITS } from './limits.ts'

export interface LinkOptions {
  readonly url: string
  readonly apiKey: string
  /** What happens while no server answers, for whoever started the proxy. */
  readonly whileAway: string
  /** A sentence for whoever started the proxy. */
  readonly say: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

/** The way to the SentinelMesh server, which may be away. */
export interface Link {
  /** Throws `Refused`, or whatever kept the server from answering. */
  post<Out extends { readonly results: readonly unknown[] }>(path: string, body: object): Promise<Out>
  isAway(): boolean
  /** Aborts when the server is found to be away, at once where it is. */
  goneAway(): AbortSignal
  /** Resolves when it is time to try again. */
  pause(): Promise<void>
  /** The same sentence only once, until the server answers. */
  sayOnce(sentence: string): void
}

/** The server refuses what was sent: to send it again helps nobody. */
export class Refused extends Error {
  constructor(
    message: string,
    /** What is sent may be fine: it is the key that is not, which somebody can change. */
    readonly isAboutKey: boolean,
  ) {
    super(message)
  }
}

export function link({ url, apiKey, whileAway, say, now }: LinkOptions): Link {
  let awayUntil = 0
  let retryMs: number = LIMITS.retryMs
  let gone = new AbortController()
  let lastSaid = ''

  function sayOnce(sentence: string): void {
    if (sentence !== lastSaid) say(sentence)
    lastSaid = sentence
  }

  function answered(): void {
    if (gone.signal.aborted) gone = new AbortController()
    retryMs = LIMITS.retryMs
    awayUntil = 0
    lastSaid = ''
  }

  function failed(error: unknown): void {
    if (now() >= awayUntil) {
      awayUntil = now() + retryMs
      retryMs = Math.min(2 * retryMs, LIMITS.retryMostMs)
    }
    gone.abort()
    sayOnce(`the server under ${url} does not answer (${reasonOf(error)}); ${whileAway}.`)
  }

  return {
    // Of an answer only the shape is looked at: whose key this is is trusted with more than with its answers.
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
        if (error instanceof Refused) sayOnce(`the server refuses what this proxy sends: ${error.message}`)
        else failed(error)
        throw error
      }
    },
    isAway: () => now() < awayUntil,
    goneAway: () => gone.signal,
    async pause() {
      const ms = awayUntil - now()
      if (ms > 0) await new Promise((resolve) => void setTimeout(resolve, ms).unref())
    },
    sayOnce,
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message
}

async function sentenceOf(reply: Response): Promise<string> {
  const { detail } = (await reply.json().catch(() => ({}))) as { detail?: unknown }
  if (typeof detail === 'string') return detail
  return Array.isArray(detail)
    ? detail.map(({ msg }: { msg?: unknown }) => String(msg)).join(' ')
    : `status ${reply.status}`
}
