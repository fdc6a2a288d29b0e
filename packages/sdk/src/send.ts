import type { AppRouter } from '@sentinelmesh/api'
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client'
import type { Entry } from './entry.ts'

/** The outcome of one request. `answered`: the server itself failed, so the same request can fail again. */
export type Outcome =
  | {
      readonly is: 'taken'
      readonly accepted: number
      readonly duplicates: number
      readonly rejected: readonly { index: number; reason: string }[]
    }
  | { readonly is: 'refused'; readonly message: string }
  | {
      readonly is: 'unavailable'
      readonly message: string
      readonly retryAfterMs: number | null
      readonly answered: boolean
    }

interface Target {
  /** Without `/trpc`. */
  readonly url: string
  readonly apiKey: string
  readonly fetch: typeof globalThis.fetch
  readonly requestMs: number
}

/** Sends one request without retrying. Never rejects. */
export async function send(target: Target, entries: Entry[], signal: AbortSignal): Promise<Outcome> {
  const timeout = AbortSignal.timeout(target.requestMs)
  let response: Response | undefined
  // One client per request, to capture the response: the link drops the status of a reply that is not tRPC's.
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${target.url}/trpc`,
        headers: { authorization: `Bearer ${target.apiKey}` },
        fetch: async (url, init) => {
          // Following a redirect would turn the POST into a GET, with a misleading reply.
          response = await target.fetch(url as string, { ...(init as RequestInit), redirect: 'manual' })
          return response
        },
      }),
    ],
  })

  try {
    const { accepted, rejected, results } = await client.logs.report.mutate(entries, {
      signal: AbortSignal.any([signal, timeout]),
    })
    return {
      is: 'taken',
      accepted,
      rejected,
      duplicates: results.filter((result) => result?.duplicate === true).length,
    }
  } catch (error) {
    if (timeout.aborted) return unavailable(`The server did not answer within ${target.requestMs} ms.`)
    return outcomeOf(error, response)
  }
}

function outcomeOf(error: unknown, response: Response | undefined): Outcome {
  const known = error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>) : undefined
  const status = known?.data?.httpStatus ?? response?.status
  if (status === undefined) return unavailable(`The server cannot be reached: ${reasonOf(error)}`)

  const sentence = known?.data ? known.message : detailOf(known?.meta?.['responseJSON'])
  if (status === 0 || (status >= 300 && status < 400)) {
    return { is: 'refused', message: 'The server answers with a redirect. Set url to where it leads.' }
  }
  const message =
    sentence ??
    (status < 400 ? 'The answer is not one of SentinelMesh. Does url lead to it?' : `The server answered ${status}.`)
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { is: 'refused', message }

  const seconds =
    known?.data?.details?.retryAfterSeconds ?? Number.parseInt(response?.headers.get('retry-after') ?? '', 10)
  return { is: 'unavailable', message, retryAfterMs: seconds >= 0 ? seconds * 1_000 : null, answered: status === 500 }
}

const unavailable = (message: string): Outcome => ({ is: 'unavailable', message, retryAfterMs: null, answered: false })

/** The message of a reply that was sent before the request reached tRPC. */
function detailOf(body: unknown): string | undefined {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined
  return typeof detail === 'string' ? detail : undefined
}

/** `fetch` reports only that it failed; the cause has the reason. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return root instanceof Error ? root.message || root.name : String(root)
}
