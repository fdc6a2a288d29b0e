import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TailItem } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { accept } from '../src/ingest/accept.ts'
import { json, type Client, type Tail, type TextSocket } from './client.ts'
import { handClock, startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

/** Reports these payloads in order. */
async function report(agent: Client, ...payloads: readonly string[]): Promise<void> {
  const reply = await agent.post(
    '/api/v1/logs',
    payloads.map((payload) => ({ sender: 'agent.tailed', payload })),
  )
  expect(reply.status).toBe(200)
}
const headOf = async (reader: Client) => (await json<{ head: string }>(reader.get('/api/v1/logs?limit=1'))).head
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `n${from + index}`)

/** Returns the places where a progress item does not begin at the end of the one before. */
function missingJoints(items: readonly TailItem[]): string[] {
  const steps = items.flatMap((item) => (item.type === 'progress' ? [item] : []))
  return steps
    .slice(1)
    .flatMap(({ from }, index) => (from === steps[index]?.cursor ? [] : [`${steps[index]?.cursor} → ${from}`]))
}

describe('a tail', () => {
  test('starts now without a cursor, at the beginning with 0, and right after a given cursor or seq', async () => {
    const { first } = mesh
    await report(first.agent, 'one', 'two')
    using fromNow = first.reader.tail()
    using all = first.reader.tail({ after: '0' })
    using behindOne = first.reader.tail({ after: 's1' })
    using bySeq = first.reader.tail({ after: '1' })
    await Promise.all([fromNow.begun(), all.entries(2), behindOne.entries(1), bySeq.entries(1)])
    await report(first.agent, 'three')
    await Promise.all([fromNow.entries(1), all.entries(3), behindOne.entries(2), bySeq.entries(2)])
    expect(fromNow.snippets).toEqual(['three'])
    expect(all.snippets).toEqual(['one', 'two', 'three'])
    expect(behindOne.snippets).toEqual(['two', 'three'])
    expect(bySeq.snippets).toEqual(['two', 'three'])
  })

  test('delivers a stored entry even without an announcement', async () => {
    await using own = await startMesh()
    const { deps } = own.running
    using tail = own.first.reader.tail({ after: '0' })
    await tail.begun()
    const org = await deps.orgBySlug(own.first.slug)
    if (org === undefined) throw new Error('the first org does not exist')
    const principal = { type: 'system', org, name: 'cli' } as const
    const value = { sender: 'agent.tailed', payload: 'unannounced' }
    await accept(
      { ...deps.ingest, announce() {} },
      { principal, action: 'logs.report', surface: 'rest', remoteAddress: null },
      [{ value, text: null }],
      { lenient: false },
    )
    await tail.entries(1)
    expect(tail.snippets).toEqual(['unannounced'])
  })

  test('delivers every entry once and in order while many agents report', async () => {
    const { second } = mesh
    using tail = second.reader.tail({ after: '0' })
    await tail.begun()
    await Promise.all(
      Array.from({ length: 8 }, async (_, agent) => {
        for (let part = 0; part < 10; part += 1)
          await report(second.agent, ...numbers(0, 10).map((one) => `${agent} ${part} ${one}`))
      }),
    )
    await tail.reached(await headOf(second.reader))
    expect(tail.rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 800 }, (_, index) => index + 1))
    expect(new Set(tail.snippets).size).toBe(800)
    expect(missingJoints(tail.items)).toEqual([])
  })

  test('with a query delivers what the search finds, and reports progress even without matches', async () => {
    const { first } = mesh
    const q = 'payload:wanted -payload:unwanted'
    using tail = first.reader.tail({ q })
    await tail.begun()
    await report(first.agent, 'wanted 1', 'other', 'wanted and unwanted', 'wanted 2', ...numbers(0, 300))
    const head = await headOf(first.reader)
    await tail.reached(head)
    expect(tail.snippets).toEqual(['wanted 1', 'wanted 2'])
    const found = await json<{ items: { seq: number }[] }>(
      first.reader.get(`/api/v1/logs?${new URLSearchParams({ q, order: 'oldest' }).toString()}`),
    )
    expect(tail.rows.map(({ seq }) => seq)).toEqual(found.items.map(({ seq }) => seq))
    expect(missingJoints(tail.items)).toEqual([])
  })

  test('reports progress every few seconds even without entries, so that silence means a dead socket', async () => {
    using tail = mesh.first.reader.tail({ q: 'sender:nobody-at-all' })
    const steps = () => tail.items.filter(({ type }) => type === 'progress')
    await until(() => steps().length >= 2, 'a second progress item arrives without an entry')
    expect(steps().at(-1)).toMatchObject({ scanned: 0, matched: 0 })
    expect(missingJoints(tail.items)).toEqual([])
  })

  test.each([
    [{ after: 'nonsense' }, 'cursor_invalid'],
    [{ after: 's' }, 'cursor_invalid'],
    [{ after: '-1' }, 'cursor_invalid'],
    [{ lastEventId: 'x', after: '0' }, 'cursor_invalid'],
    [{ q: 'risk:>=high' }, 'query_invalid'],
    [{ q: 'x'.repeat(2001) }, 'invalid_input'],
  ])('rejects %j', async (input, code) => {
    using tail = mesh.first.reader.tail(input)
    await tail.answered()
    expect(tail.error).toMatchObject({ data: { code } })
  })

  test('prefers lastEventId, which a reconnecting client adds, over after', async () => {
    const { first } = mesh
    const head = await headOf(first.reader)
    using tail = first.reader.tail({ after: '0', lastEventId: head })
    await tail.begun()
    await report(first.agent, 'only this')
    await tail.entries(1)
    expect(tail.snippets).toEqual(['only this'])
  })
})

describe('through a restart of the server', () => {
  test('a tail resumes automatically, with every entry once and in order', async () => {
    await using restarted = await startMesh()
    const { agent, reader } = restarted.first
    using tail = reader.tail()
    using filtered = reader.tail({ q: 'payload:keep' })
    await Promise.all([tail.begun(), filtered.begun()])
    await report(agent, 'keep 1', 'drop 2')
    await Promise.all([tail.entries(2), filtered.entries(1)])
    for (const round of [1, 2, 3]) {
      await restarted.restart()
      await report(agent, `keep ${round} a`, `drop ${round}`, `keep ${round} b`)
    }
    await Promise.all([tail.entries(11), filtered.entries(7)])
    const head = await headOf(reader)
    await Promise.all([tail.reached(head), filtered.reached(head)])
    expect(tail.rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 11 }, (_, index) => index + 1))
    expect(filtered.snippets).toEqual([
      'keep 1',
      ...[1, 2, 3].flatMap((round) => [`keep ${round} a`, `keep ${round} b`]),
    ])
    expect(missingJoints(tail.items)).toEqual([])
    expect(tail.closes).toBeGreaterThanOrEqual(3)
  })

  test('keys, browser sessions and access tokens stay valid', async () => {
    await using restarted = await startMesh()
    const browser = await restarted.first.browser()
    const authorization = `Bearer ${await restarted.first.token()}`
    await restarted.restart()
    expect((await browser.get('/logs')).status).toBe(200)
    expect((await restarted.first.reader.get('/logs')).status).toBe(200)
    expect((await restarted.nobody.get('/logs', { authorization })).status).toBe(200)
  })
})

describe('a stalled client', () => {
  /** Makes the client stop reading from its socket. */
  function stall(tail: TextSocket): void {
    tail.socket.pause()
  }

  test('blocks neither the writer nor other clients, and uses bounded memory', async () => {
    await using busy = await startMesh()
    const { agent, reader } = busy.first
    using stalled = reader.socket('/ws/logs')
    using stalledTail = reader.socket('/trpc')
    using other: Tail = reader.tail()
    await Promise.all([stalled.opened(), stalledTail.opened(), other.begun()])
    stalledTail.socket.send(
      JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.tail', input: { after: '0' } } }),
    )
    await stalledTail.messagesUpTo(1)
    stall(stalled)
    stall(stalledTail)
    const payload = 'x'.repeat(200 * 1024)
    const entries = 300
    global.gc?.()
    const before = process.memoryUsage()
    for (let count = 0; count < entries; count += 10) {
      await Promise.all(numbers(count, count + 10).map((one) => report(agent, `${one} ${payload}`)))
    }
    await other.entries(entries)
    const after = process.memoryUsage()
    const grown = after.rss - before.rss
    // 60 MB were reported. Buffering them for both stalled clients would take at least 120 MB.
    expect(grown).toBeLessThan(400 * 1024 * 1024)
    expect(stalled.messages.length).toBeLessThan(entries)
    stalled.socket.resume()
    await stalled.messagesUpTo(entries)
    const seqs = stalled.messages.map((message) => (JSON.parse(message) as { seq: number }).seq)
    expect(seqs).toEqual(Array.from({ length: entries }, (_, index) => index + 1))
  })

  test('does not prevent a shutdown', async () => {
    await using other = await startMesh()
    using stalled = other.first.reader.socket('/ws/logs')
    await stalled.opened()
    stall(stalled)
    await report(other.first.agent, ...Array.from({ length: 20 }, () => 'x'.repeat(200 * 1024)))
    await other.stop()
    await expect(other.nobody.get('/health')).rejects.toThrow('fetch failed')
  })
})

describe('entries deleted by retention', () => {
  test('are reported as gaps, and the tail continues after them', async () => {
    const clock = handClock()
    await using aged = await startMesh({ clock, settings: { RETENTION_DAYS: '1' } })
    const { agent, reader } = aged.first
    await report(agent, ...numbers(0, 300))
    clock.advance(2 * 24 * 3600_000)
    await report(agent, 'fresh 1', 'fresh 2')
    const { database } = aged.running.deps
    const org = aged.running.deps.orgBySlug('acme')
    const id = (await org)?.id as Parameters<typeof database.removal.purge>[0]
    const day = 24 * 3600 * 1e6
    while ((await database.removal.purge(id, clock.now() * 1000 - day, 100)) > 0);
    aged.running.deps.shared.forget(id)
    using tail = reader.tail({ after: '0' })
    await tail.entries(2)
    expect(tail.snippets).toEqual(['fresh 1', 'fresh 2'])
    const gaps = tail.items.flatMap((item) => (item.type === 'gap' ? [item] : []))
    expect(gaps.length).toBeGreaterThan(0)
    expect(gaps[0]).toMatchObject({ from: 's1', reason: 'retention' })
    expect(gaps.at(-1)?.to).toBe(`s${(300).toString(36)}`)
    expect(missingJoints(tail.items)).toEqual([])
    expect(await json(reader.get('/logs'))).toMatchObject({ total: 2 })
    using legacy = reader.socket('/ws/logs?after=0')
    await legacy.messagesUpTo(2)
    expect(legacy.messages.map((message) => (JSON.parse(message) as { payload: string }).payload)).toEqual([
      'fresh 1',
      'fresh 2',
    ])
  })
})

describe('sockets', () => {
  test('are limited to 50 per credential, without affecting other credentials', async () => {
    const key = await mesh.first.key(['read'])
    const open = Array.from({ length: LIMITS.socketsPerPrincipal }, () => key.socket('/ws/logs'))
    try {
      await Promise.all(open.map((one) => one.opened()))
      using more = key.socket('/ws/logs')
      expect((await more.close()).code).toBe(1008)
      using tail = mesh.first.reader.tail()
      await tail.begun()
      open[0]?.[Symbol.dispose]()
      await until(() => open[0]?.closed !== undefined, 'one is closed')
      await until(async () => {
        using again = key.socket('/ws/logs')
        await again.opened()
        await report(mesh.first.agent, 'for the fifty-first')
        await until(
          () => again.messages.length > 0 || again.closed !== undefined,
          'the socket gets the entry or is closed',
        )
        return again.closed === undefined
      }, 'a socket can be opened again')
    } finally {
      for (const one of open) one[Symbol.dispose]()
    }
  })

  test('can have 20 tails each; one more is rejected until another ends, and the others continue', async () => {
    using socket = mesh.first.reader.socket('/trpc')
    await socket.opened()
    const replies = (id: number) =>
      socket.messages
        .map((text) => JSON.parse(text) as { id: number; error?: { data: object } })
        .filter((one) => one.id === id)
    const begin = async (id: number) => {
      const input = { q: 'sender:nobody-at-all' }
      socket.socket.send(JSON.stringify({ id, method: 'subscription', params: { path: 'logs.tail', input } }))
      await until(() => replies(id).length >= 2, 'the tail has begun or was refused')
      return replies(id).find(({ error }) => error !== undefined)?.error
    }
    for (let id = 1; id <= LIMITS.tailsPerSocket; id++) expect(await begin(id)).toBeUndefined()
    expect(await begin(100)).toMatchObject({
      message: expect.stringContaining('tailsPerSocket'),
      data: { code: 'rate_limited', details: { limit: 'tailsPerSocket', allowed: LIMITS.tailsPerSocket } },
    })
    using elsewhere = mesh.first.reader.tail()
    await elsewhere.begun()
    socket.socket.send(JSON.stringify({ id: 1, method: 'subscription.stop' }))
    let next = 101
    await until(async () => (await begin(next++)) === undefined, 'a tail can be opened again')
  })

  test('can have 256 calls in flight; with more, they are closed with a reason', async () => {
    const { socketCalls } = LIMITS
    const calls = (count: number) =>
      JSON.stringify(
        Array.from({ length: count }, (_, id) => ({ id, method: 'query', params: { path: 'auth.status' } })),
      )
    using socket = mesh.first.reader.socket('/trpc')
    await socket.opened()
    for (let round = 1; round <= 3; round++) {
      socket.socket.send(calls(socketCalls))
      await socket.messagesUpTo(round * socketCalls)
    }
    expect(socket.closed).toBeUndefined()
    socket.socket.send(calls(socketCalls + 1))
    expect(await socket.close()).toEqual({
      code: 1008,
      reason: `At most ${socketCalls} calls can be in flight on a WebSocket (limit socketCalls).`,
    })
  })

  test('count towards the limit even before they send their connection parameters', async () => {
    await using other = await startMesh()
    const open = Array.from({ length: LIMITS.socketsPerPrincipal }, () =>
      other.nobody.socket('/trpc?connectionParams=1'),
    )
    try {
      await Promise.all(open.map((one) => one.opened()))
      using more = other.nobody.socket('/trpc?connectionParams=1')
      expect((await more.close()).code).toBe(1008)
      using tail = other.first.reader.tail()
      await tail.begun()
    } finally {
      for (const one of open) one[Symbol.dispose]()
    }
  })

  test('are closed with 1009 for a message over 64 KiB, and survive invalid messages', async () => {
    using large = mesh.first.reader.socket('/trpc')
    using wrong = mesh.first.reader.socket('/trpc')
    using good = mesh.first.reader.tail()
    await Promise.all([large.opened(), wrong.opened(), good.begun()])
    large.socket.send('x'.repeat(64 * 1024 + 1))
    expect((await large.close()).code).toBe(1009)
    for (const message of [
      'not json',
      '{}',
      '[]',
      'null',
      '{"id":1,"method":"nothing"}',
      '{"id":1,"method":"query","params":{"path":"__proto__"}}',
    ])
      wrong.socket.send(message)
    wrong.socket.send(JSON.stringify({ id: 9, method: 'query', params: { path: 'org.get' } }))
    await until(
      () => wrong.messages.some((message) => message.includes('"id":9')) || wrong.closed !== undefined,
      'it answers',
    )
    await report(mesh.first.agent, 'still there')
    await good.entries(1)
    expect(mesh.faults()).toEqual([])
  })
})
