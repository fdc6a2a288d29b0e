import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { until } from '../../../test/until.ts'
import { bodies, type Bodies, type BodyHolder, type BodyRefusal } from './bodies.ts'

const SWEEP_MS = 1_000
const WINDOW_BYTES = (LIMITS.bodyMinBytesPerSecond * LIMITS.bodyWindowMs) / 1000

let nowMs = 0
let refused: BodyRefusal[]
let read: Bodies
/** The bytes that counted against the limit each time a body had been read. */
let counted: number[]
let holder: (request: IncomingMessage) => BodyHolder
let server: ReturnType<typeof createServer>
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  refused = []
  counted = []
  holder = () => ({ pool: 'ordinary', org: 'acme', caller: 'key:1', network: () => '192.0.2.1' })
  read = bodies({ clock: { monotonic: () => nowMs }, onRefused: (why) => refused.push(why) })
  server = createServer((request, response) => {
    void answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  vi.useRealTimers()
  read.stop()
  server.close()
  server.closeAllConnections()
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await read.read({ request, response, holder: holder(request), mostBytes: LIMITS.requestBytes })
    counted.push(read.heldBytes('ordinary'))
    response.end(String(body.length))
  } catch {
    response.writeHead(408).end()
  }
}

function post(from?: string): {
  request: ClientRequest
  replied: Promise<readonly [status: number | undefined, text: string]>
} {
  const { port } = server.address() as AddressInfo
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method: 'POST',
    ...(from === undefined ? { agent } : { agent: false, localAddress: from }),
  })
  const replied = (async () => {
    const [reply] = (await once(request, 'response')) as [IncomingMessage]
    return [reply.statusCode, (await reply.toArray()).join('')] as const
  })()
  return { request, replied }
}

test('a body that is late once, for example after this process stalled, is read to its end', async () => {
  const { request, replied } = post()
  request.write(' '.repeat(WINDOW_BYTES - 1))
  const arrived = WINDOW_BYTES - 1 - LIMITS.bodyFreeBytes
  await until(() => read.heldBytes('ordinary') === arrived, 'the first part has arrived')
  nowMs += LIMITS.bodyWindowMs
  vi.advanceTimersByTime(SWEEP_MS)
  request.write(' ')
  await until(() => read.heldBytes('ordinary') === arrived + 1, 'the rest has arrived')
  vi.advanceTimersByTime(SWEEP_MS)
  request.end()
  expect(await replied).toEqual([200, String(WINDOW_BYTES)])
  expect(refused).toEqual([])
})

test('a body that is late twice is cut', async () => {
  const { request, replied } = post()
  request.write(' '.repeat(WINDOW_BYTES - 1))
  await until(() => read.heldBytes('ordinary') > 0, 'the first part has arrived')
  nowMs += LIMITS.bodyWindowMs
  vi.advanceTimersByTime(2 * SWEEP_MS)
  expect(refused).toEqual(['body_too_slow'])
  expect((await replied)[0]).toBe(408)
  request.destroy()
})

test('each of several sequential requests on a connection has its own free bytes', async () => {
  for (let n = 0; n < 3; n += 1) {
    const { request, replied } = post()
    request.end(' '.repeat(LIMITS.bodyFreeBytes + n))
    expect(await replied).toEqual([200, String(LIMITS.bodyFreeBytes + n)])
  }
  expect(counted).toEqual([0, 1, 2])
})

test('peers at two addresses have a share each: one that fills its own does not block the other', async () => {
  holder = ({ socket }) => ({ pool: 'open', org: null, caller: null, network: () => socket.remoteAddress ?? null })
  const share = LIMITS.openBodiesBytes * LIMITS.openBodiesAddressShare
  const filling = post('127.0.0.2')
  filling.request.write(' '.repeat(share + LIMITS.bodyFreeBytes))
  await until(() => read.heldBytes('open') === share, 'its share is full')

  const more = post('127.0.0.2')
  more.request.end(' '.repeat(LIMITS.bodyFreeBytes + 1))
  expect((await more.replied)[0]).toBe(408)
  expect(refused).toEqual(['body_share_full'])

  const small = post('127.0.0.2')
  small.request.end(' '.repeat(LIMITS.bodyFreeBytes))
  expect((await small.replied)[0]).toBe(200)
  const other = post('127.0.0.3')
  other.request.end(' '.repeat(share))
  expect(await other.replied).toEqual([200, String(share)])
  filling.request.end()
  expect((await filling.replied)[0]).toBe(200)
})
