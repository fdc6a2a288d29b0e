import { request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorCode } from '@sentinelmesh/api'
import type { readConfig } from '../config.ts'
import { FolderHeld, openDataFolder, socketPath } from '../data-folder.ts'
import { start } from '../start.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { here } from './here.ts'

type Config = ReturnType<typeof readConfig>

/** As much of `fetch` as is needed here. */
export type Fetch = (
  input: string | URL | Request,
  init?: { method?: string | undefined; headers?: unknown; body?: unknown; signal?: AbortSignal | null | undefined },
) => Promise<Response>

export interface LocalServer {
  readonly fetch: Fetch
  /** Stops the server if it is ours. */
  leave(): Promise<void>
}

/** A server that has just started holds the folder a moment before it listens, one that stops a moment after it refuses. */
const ANSWERS_WITHIN_MS = 15_000
const ASK_AGAIN_MS = 50

/**
 * Whoever holds the data folder: the server that runs, another command, or, where nobody does, this command for as long
 * as it runs. A holder may be on its way out when it is asked. It refuses then and has done nothing, so the request goes
 * to whoever holds the folder after it.
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

/** How to stop the server that was started; null when another process holds the folder. */
async function hold(config: Config): Promise<(() => Promise<void>) | null> {
  let folder
  try {
    folder = openDataFolder(config.dataDir)
  } catch (error) {
    if (error instanceof FolderHeld) return null
    throw error
  }
  try {
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
 * Over the socket; null when the request has reached nobody. So that this is certain, a body is sent only when the
 * server says that it reads (`Expect: 100-continue`): a connection that is cut before was cut by a server that stops.
 */
function send(socket: string, input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): Promise<Response | null> {
  const url = new URL(input instanceof Request ? input.url : input)
  const method = init?.method ?? 'GET'
  return new Promise((resolve, reject) => {
    let taken = false
    const sent = request(
      {
        socketPath: socket,
        // A connection kept for later may close under the next request.
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

/** In bytes: Node counts chunks by default, and would take in gigabytes ahead of a slow reader. */
function toWeb(reply: Readable): ReadableStream {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 256 * 1024 })
  return Readable.toWeb(reply, { strategy }) as ReadableStream
}
