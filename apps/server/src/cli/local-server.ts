import { request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorCode } from '@sentinelmesh/api'
import type { readConfig } from '../config.ts'
import { FolderHeld, openDataFolder, socketPath } from '../data-folder.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { here } from './here.ts'

type Config = ReturnType<typeof readConfig>

/** The part of `fetch` that is used here. */
export type Fetch = (
  input: string | URL | Request,
  init?: { method?: string | undefined; headers?: unknown; body?: unknown; signal?: AbortSignal | null | undefined },
) => Promise<Response>

export interface LocalServer {
  readonly fetch: Fetch
  /** Stops the server if it is ours. */
  leave(): Promise<void>
}

/** A server holds the folder for a moment before it listens, and for a moment after it stops accepting requests. */
const ANSWERS_WITHIN_MS = 15_000
const ASK_AGAIN_MS = 50

/**
 * Connects to the process that holds the data folder: the running server, or another command. If there is none, this
 * command holds it until it ends. A holder that is shutting down refuses the request without any effect, and the
 * request is sent to the next holder.
 */
export async function localServer(config: Config): Promise<LocalServer> {
  let close: (() => Promise<void>) | null = null
  const socket = socketPath(config.dataDir)

  const holdOrFind = async (late: number) => {
    while (close === null && !(await connects(socket))) {
      close = await hold(config)
      if (close !== null) return
      if (Date.now() > late) throw notAnswering()
      await sleep(ASK_AGAIN_MS)
    }
  }

  await holdOrFind(Date.now() + ANSWERS_WITHIN_MS)
  return {
    async fetch(input, init) {
      const late = Date.now() + ANSWERS_WITHIN_MS
      for (;;) {
        const reply = await send(socket, input, init)
        if (reply !== null && (Date.now() > late || close !== null || !(await refusedWhileStopping(reply))))
          return reply
        if (Date.now() > late) throw notAnswering()
        await sleep(ASK_AGAIN_MS)
        await holdOrFind(late)
      }
    },
    leave: async () => close?.(),
  }
}

const notAnswering = () => new CommandFailed('Another SentinelMesh process holds the data folder and does not answer.')

/** Returns a function that stops the started server. Null if another process holds the folder. */
async function hold(config: Config): Promise<(() => Promise<void>) | null> {
  let folder
  try {
    folder = openDataFolder(config.dataDir)
  } catch (error) {
    if (error instanceof FolderHeld) return null
    throw error
  }
  try {
    // Most commands are answered by a running server and need none of this one.
    const { start } = await import('../start.ts')
    const running = await start({
      config: { ...config, logLevel: 'error' },
      folder,
      listen: 'socket',
      logStream: process.stderr,
      ...here(),
    })
    return () => running.close()
  } catch (error) {
    folder.release()
    throw error
  }
}

function connects(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

async function refusedWhileStopping(reply: Response): Promise<boolean> {
  const code: ErrorCode = 'shutting_down'
  return reply.status === 503 && (await reply.clone().text()).includes(`"${code}"`)
}

/**
 * Sends a request over the socket. Returns null if the request has had no effect. To make that certain, the body is
 * sent only after the server asks for it (`Expect: 100-continue`): if the connection closes before that, the server was
 * stopping.
 */
function send(socket: string, input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): Promise<Response | null> {
  const url = new URL(input instanceof Request ? input.url : input)
  const method = init?.method ?? 'GET'
  return new Promise((resolve, reject) => {
    let taken = false
    const sent = request(
      {
        socketPath: socket,
        // A kept-alive connection may close under the next request.
        agent: false,
        ...(init?.signal ? { signal: init.signal } : {}),
        path: url.pathname + url.search,
        method,
        headers: {
          ...Object.fromEntries(new Headers(init?.headers as Record<string, string> | undefined)),
          host: 'localhost',
          ...(method === 'GET' ? {} : { expect: '100-continue' }),
        },
      },
      (reply) => {
        const headers = Object.entries(reply.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        )
        resolve(new Response(toWeb(reply), { status: reply.statusCode ?? 500, headers }))
      },
    )
    sent.on('error', (error) => {
      if (!taken && !init?.signal?.aborted) resolve(null)
      else reject(new CommandFailed(`The server that holds the data folder does not answer (${error.message}).`))
    })
    if (method === 'GET') return void sent.end()
    sent.once('continue', () => {
      taken = true
      sent.end(typeof init?.body === 'string' || init?.body instanceof Uint8Array ? init.body : undefined)
    })
    sent.flushHeaders()
    return undefined
  })
}

/** Counts bytes. By default Node counts chunks and would buffer gigabytes for a slow reader. */
function toWeb(reply: Readable): ReadableStream {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 256 * 1024 })
  return Readable.toWeb(reply, { strategy }) as ReadableStream
}
