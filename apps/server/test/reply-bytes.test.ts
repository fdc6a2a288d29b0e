import { afterAll, beforeAll, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { json } from './client.ts'
import { rawConnection, type RawConnection } from './request.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const KiB = 1024

/** One UTF-16 unit that takes six bytes in JSON. The original product's lists contain each payload twice. */
const CONTROL = '\u0001'
const LARGE = 14
const NOTED = 40
/** Allowance for the members of a reply other than its entries. */
const AROUND = 1_000

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  const large = { sender: 'agent.large', payload: CONTROL.repeat(256 * KiB) }
  const noted = { sender: 'agent.noted', payload: 'noted', attributes: { note: CONTROL.repeat(40_000) } }
  for (let n = 0; n < LARGE; n++) await json(mesh.first.agent.post('/log', large))
  for (let n = 0; n < NOTED; n++) await json(mesh.second.agent.post('/log', noted))
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** Follows the cursors of one page of a legacy list and returns all replies. */
async function repliesOf(path: string) {
  const replies: { bytes: number; seqs: number[]; page: number; total: number }[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const text = await (await mesh.first.reader.get(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`)).text()
    const { logs, next_cursor, page, total } = JSON.parse(text)
    replies.push({ bytes: Buffer.byteLength(text), seqs: logs.map(({ seq }: { seq: number }) => seq), page, total })
    cursor = next_cursor
  }
  return replies
}

const downFrom = (first: number, count: number) => Array.from({ length: count }, (_, n) => first - n)

test('a numbered page of a legacy list is split by size, and its cursor ends with that page', async () => {
  const replies = await repliesOf('/logs?page=1&per_page=12')
  expect(replies.length).toBeGreaterThan(1)
  for (const { bytes, page, total } of replies) {
    expect(bytes).toBeLessThanOrEqual(LIMITS.legacyListBytes + AROUND)
    expect({ page, total }).toEqual({ page: 1, total: LARGE })
  }
  expect(replies.flatMap(({ seqs }) => seqs)).toEqual(downFrom(LARGE, 12))
  const [second, ...none] = await repliesOf('/logs?page=2&per_page=12')
  expect(second?.seqs).toEqual(downFrom(2, 2))
  expect(none).toEqual([])
})

test('a legacy list without a page number is split by size', async () => {
  const replies = await repliesOf('/logs?all=1')
  expect(replies.length).toBeGreaterThan(1)
  for (const { bytes } of replies) expect(bytes).toBeLessThanOrEqual(LIMITS.legacyListBytes + AROUND)
  expect(replies.flatMap(({ seqs }) => seqs)).toEqual(downFrom(LARGE, LARGE))
})

/** Requests a list and reads only its first bytes. The rest does not fit into the socket buffers. */
async function stalledList(path: string, key: string): Promise<RawConnection> {
  const connection = await rawConnection(mesh.port)
  connection.socket.once('data', () => connection.socket.pause())
  connection.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${mesh.port}\r\nX-Api-Key: ${key}\r\n\r\n`)
  await until(() => connection.received() !== '', 'the list begins')
  expect(connection.received()).toMatch(/^HTTP\/1\.1 200 /)
  return connection
}

test('an organization can read 32 legacy lists at once, and another one when one of them ends', async () => {
  const { key } = await mesh.first.key(['read'])
  const lists: RawConnection[] = []
  using _all = { [Symbol.dispose]: () => lists.forEach((list) => list[Symbol.dispose]()) }
  for (let n = 0; n < LIMITS.legacyListsAtOnce; n++)
    lists.push(await stalledList(n % 2 === 0 ? '/logs' : '/alerts?min_risk=0', key))
  for (const path of ['/logs?per_page=1', '/alerts']) {
    const refused = await mesh.first.reader.get(path)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await json(refused)).toMatchObject({ code: 'rate_limited', limit: 'legacyListsAtOnce', allowed: 32 })
  }
  expect((await mesh.second.reader.get('/logs?per_page=1')).status).toBe(200)
  lists[0]?.[Symbol.dispose]()
  await until(async () => (await mesh.first.reader.get('/logs?per_page=1')).status === 200, 'its slot is free')
})

test('pages of rows are limited by the size of their attributes, in both directions, over REST and tRPC', async () => {
  const { reader } = mesh.second
  const seqs: number[] = []
  let last: { prev_cursor: string } | undefined
  for (let cursor: string | null = ''; cursor !== null;) {
    const reply = await reader.get(`/api/v1/logs?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`)
    const text = await reply.text()
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.pageReplyBytes + AROUND)
    last = JSON.parse(text)
    const { items, next_cursor } = JSON.parse(text)
    seqs.push(...items.map(({ seq }: { seq: number }) => seq))
    cursor = next_cursor
  }
  expect(seqs).toEqual(downFrom(NOTED, NOTED))
  const back = await json<{ items: { seq: number }[] }>(
    reader.get(`/api/v1/logs?limit=500&cursor=${last?.prev_cursor}`),
  )
  // The previous page ends next to the last page and is cut at its other end.
  const lastSeq = back.items.at(-1)?.seq ?? 0
  expect(back.items.map(({ seq }) => seq)).toEqual(downFrom(lastSeq + back.items.length - 1, back.items.length))
  const { items, nextCursor } = await reader.trpc.logs.page.query({ limit: 500 })
  expect(items.length).toBeLessThan(NOTED)
  expect(nextCursor).not.toBeNull()
})
