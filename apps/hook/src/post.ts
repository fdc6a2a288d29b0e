import { readFileSync } from 'node:fs'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { HOOK_MEDIA_TYPE, type HookOutput } from '@sentinelmesh/api/hooks'
import { LIMITS } from './limits.ts'
import { NoAnswer } from './no-answer.ts'
import type { Server } from './settings.ts'

/** The server's reply. Other members are the verdict, its reason, and the entry, for people. */
export type Answer = HookOutput & { readonly [name: string]: unknown }

/** Throws `NoAnswer`. Does not follow redirects, which would send the key elsewhere. */
export async function post(server: Server, path: string, body: Uint8Array, signal: AbortSignal): Promise<Answer> {
  const { url, key, ca } = server
  const options: RequestOptions = {
    method: 'POST',
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname.replace(/\/$/, '') + path,
    // No shared agent, which could use a proxy from the environment.
    agent: false,
    headers: {
      host: url.host,
      authorization: `Bearer ${key}`,
      accept: HOOK_MEDIA_TYPE,
      'content-type': 'application/json',
      'content-length': body.length,
    },
    signal,
  }
  const request =
    url.protocol === 'https:'
      ? // Set explicitly, so that no environment variable can turn it off.
        (await import('node:https')).request({ ...options, rejectUnauthorized: true, ...trusted(ca) })
      : (await import('node:http')).request(options)
  const { status, text } = await reply(request, body)
  return status === 200 ? toAnswer(text) : refuse(status, text)
}

function trusted(file: string | null): { ca?: Buffer } {
  if (file === null) return {}
  try {
    return { ca: readFileSync(file) }
  } catch (error) {
    throw new NoAnswer(`The certificates in ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

function reply(request: ClientRequest, body: Uint8Array): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new NoAnswer(`The server does not answer (${error.code ?? error.message}).`))
    request.once('error', fail)
    request.once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > LIMITS.replyBytes) request.destroy(new Error('its reply is too long'))
        else chunks.push(chunk)
      })
      response.once('error', fail)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    request.end(body)
  })
}

function toAnswer(text: string): Answer {
  const answer = parsed(text)
  if (
    typeof answer?.['stdout'] === 'string' &&
    typeof answer['stderr'] === 'string' &&
    (answer['exit'] === 0 || answer['exit'] === 2)
  )
    return answer as Answer
  throw new NoAnswer('What answers there is no SentinelMesh server, or not one of this version.')
}

/**
 * Statuses for a body that is too large, of another type, or not a hook's input. Other errors may be fixed, so they are
 * retried.
 */
const REFUSED_FOR_GOOD = new Set([413, 415, 422])

function refuse(status: number, text: string): never {
  const detail = parsed(text)?.['detail']
  const sentences = Array.isArray(detail) ? detail.map((one: { msg?: unknown }) => one?.msg) : [detail]
  const message = sentences
    .filter((one) => typeof one === 'string')
    .join(' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .slice(0, 300)
  throw new NoAnswer(sentenceOf(status, message), { isRefused: REFUSED_FOR_GOOD.has(status), isBusy: status === 503 })
}

function sentenceOf(status: number, message: string): string {
  if (status === 401) return 'The server does not know the key that the hook is set up with.'
  if (status < 400) return `The address redirects (${status}), which is not followed: set url to where it leads.`
  return `The server ${status < 500 ? 'refuses it' : 'fails'} (${status}). ${message}`.trim()
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
