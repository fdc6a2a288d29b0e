import type { EntryIn } from '@sentinelmesh/api'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { fails, reply, tinyServer, type Answer } from '../test/tiny-server.ts'
import { createReporter, type Clock, type Dropped, type Entry, type ReporterOptions } from './index.ts'

const say = (payload: string): Entry => ({ sender: 'agent.test', payload })
const many = (count: number, payload = 'hello') =>
  Array.from({ length: count }, (_, index) => say(`${payload} ${index}`))

/** A clock that stops at noon. Pauses end at once and are recorded. Deadlines (`keepAlive`) never pass. */
function stillClock() {
  const pauses: number[] = []
  const clock: Clock = {
    now: () => Date.UTC(2026, 10, 24, 12),
    sleep: (ms, { signal, keepAlive = false }) => {
      if (!keepAlive) pauses.push(ms)
      return keepAlive && !signal.aborted
        ? new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
        : Promise.resolve()
    },
  }
  return { clock, pauses }
}

/** A reporter that records its drops, with a made-up key. */
function reporterTo(url: string, options: ReporterOptions = {}) {
  const drops: Dropped[] = []
  const reporter = createReporter({ url, apiKey: 'smk_test', onDrop: (dropped) => drops.push(dropped), ...options })
  return Object.assign(reporter, { drops })
}

describe('sending', () => {
  test('delivers entries in order, in batches of at most 500 entries, with the key', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url)
    reporter.report(many(1_234))
    expect(await reporter.flush()).toEqual({ accepted: 1_234, duplicates: 0, dropped: [], pending: 0, problem: null })
    expect(server.calls.map(({ entries }) => entries.length)).toEqual([500, 500, 234])
    expect(server.calls[0]?.path).toBe('/trpc/logs.report')
    expect(server.calls[0]?.headers.authorization).toBe('Bearer smk_test')
    expect([...server.stored.values()].map(({ payload }) => payload)).toEqual(many(1_234).map(({ payload }) => payload))
  })

  test('limits a batch to 1 MiB, even if characters take several bytes', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url)
    reporter.report(many(40, '€'.repeat(30_000)))
    await reporter.flush()
    expect(server.stored.size).toBe(40)
    expect(server.calls.length).toBeGreaterThan(3)
    expect(Math.max(...server.calls.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 1024)
  })

  test('combines entries that are reported shortly after each other, without a flush', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url, { lingerMs: 20 })
    reporter.report(say('one'))
    reporter.report(say('two'))
    await expect.poll(() => server.stored.size).toBe(2)
    expect(server.calls.length).toBe(1)
  })

  test('adds an id and a time if they are absent, and keeps them if they are given', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url, stillClock())
    reporter.report([say('bare'), { ...say('whole'), id: 'mine', timestamp: 1_700_000_000 }])
    await reporter.flush()
    const [bare, whole] = server.calls[0]?.entries ?? []
    expect(bare?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(bare?.timestamp).toBe('2026-11-24T12:00:00.000Z')
    expect(whole).toMatchObject({ id: 'mine', timestamp: 1_700_000_000 })
  })

  test('sends an entry as it was when it was reported, even if it is changed later', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url)
    const entry = { sender: 'agent.test', payload: { step: 1 } }
    reporter.report(entry)
    entry.payload.step = 2
    await reporter.flush()
    expect(server.calls[0]?.entries[0]?.payload).toEqual({ step: 1 })
  })
})

describe('dropping', () => {
  test('a full buffer drops the newest entries, as the callback, the stats and the flush report', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url, { bufferEntries: 3 })
    reporter.report(many(5))
    const dropped = [{ reason: 'full', message: 'The buffer is at bufferEntries, 3 entries.', entries: 2 }]
    expect(reporter.drops.map(({ entry, reason }) => [entry.payload, reason])).toEqual([
      ['hello 3', 'full'],
      ['hello 4', 'full'],
    ])
    expect(reporter.stats()).toMatchObject({ dropped, pending: { entries: 3 } })
    expect(await reporter.flush()).toMatchObject({ accepted: 3, dropped })
    expect(await reporter.flush()).toMatchObject({ accepted: 0, dropped: [] })
    reporter.report(say('room again'))
    expect(await reporter.flush()).toMatchObject({ accepted: 1, dropped: [] })
  })

  test('the buffer is also bounded in bytes', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url, { bufferBytes: 1_000 })
    reporter.report(many(3, 'x'.repeat(300)))
    expect(reporter.drops.map(({ message }) => message)).toEqual(['The buffer is at bufferBytes, 1000 bytes.'])
    expect(reporter.stats().pending.bytes).toBeLessThanOrEqual(1_000)
  })

  test('an entry that is too large or cannot be serialized as JSON is dropped alone', async () => {
    await using server = await tinyServer()
    await using reporter = reporterTo(server.url)
    reporter.report([say('x'.repeat(400_000)), { sender: 'agent.test', payload: { big: 1n } }, say('good')])
    expect(reporter.drops.map(({ reason }) => reason)).toEqual(['too_large', 'unreadable'])
    expect(await reporter.flush()).toMatchObject({ accepted: 1 })
  })

  test('entries that the server rejects are reported one by one, with its reason', async () => {
    const partly: Answer = ({ entries }, response) =>
      reply(response, 200, {
        result: {
          data: {
            accepted: 1,
            rejected: [{ index: 1, reason: 'sender: too long' }],
            results: entries.map((_, index) => (index === 1 ? null : { log_id: 'l', risk: 0, matches: [] })),
          },
        },
      })
    await using server = await tinyServer({ answers: [partly] })
    await using reporter = reporterTo(server.url)
    reporter.report([say('good'), { sender: 'a'.repeat(300), payload: 'bad' }])
    expect(await reporter.flush()).toMatchObject({
      accepted: 1,
      dropped: [{ reason: 'rejected', message: 'sender: too long', entries: 1 }],
    })
    expect(reporter.drops.map(({ entry }) => entry.payload)).toEqual(['bad'])
  })

  test.each([
    [401, 'unauthenticated', 'Not authenticated'],
    [403, 'forbidden', 'Your role or key does not allow this.'],
    [422, 'invalid_input', 'Something in the request is not as it should be.'],
  ])(
    'a batch that the server refuses with %i is dropped with its message, not sent again',
    async (status, code, sentence) => {
      await using server = await tinyServer({ answers: [fails(status, code, sentence)] })
      await using reporter = reporterTo(server.url)
      reporter.report(many(2))
      expect(await reporter.flush()).toMatchObject({
        accepted: 0,
        pending: 0,
        problem: sentence,
        dropped: [{ reason: 'refused', message: sentence, entries: 2 }],
      })
      expect(server.calls.length).toBe(1)
      reporter.report(say('later'))
      expect(await reporter.flush()).toMatchObject({ accepted: 1, problem: null })
    },
  )

  test('a reply from before tRPC gives its own message, and a redirect says what to change', async () => {
    const plain: Answer = (_, response) => reply(response, 413, { detail: 'This is larger than allowed.' })
    const redirect: Answer = (_, response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
    await using server = await tinyServer({ answers: [plain, redirect] })
    await using reporter = reporterTo(server.url)
    reporter.report(say('one'))
    expect((await reporter.flush()).dropped).toMatchObject([{ message: 'This is larger than allowed.' }])
    reporter.report(say('two'))
    expect((await reporter.flush()).dropped).toMatchObject([
      { message: 'The server answers with a redirect. Set url to where it leads.' },
    ])
  })

  test('a batch that keeps failing on the server does not block the others', async () => {
    const broken = Array.from({ length: 10 }, () => fails(500, 'internal', 'Something went wrong on our side.'))
    await using server = await tinyServer({ answers: broken })
    await using reporter = reporterTo(server.url, stillClock())
    reporter.report(many(501))
    expect(await reporter.flush()).toMatchObject({
      accepted: 1,
      dropped: [{ reason: 'failed', message: 'Something went wrong on our side.', entries: 500 }],
    })
  })

  test('a callback that throws and an invalid entry do not disturb the agent', async () => {
    await using server = await tinyServer()
    await using reporter = createReporter({
      url: server.url,
      apiKey: 'smk_test',
      bufferEntries: 0,
      onDrop: () => {
        throw new Error('from the callback')
      },
    })
    expect(() => reporter.report([say('dropped'), null as unknown as Entry])).not.toThrow()
    expect(reporter.stats().dropped.map(({ entries }) => entries)).toEqual([1, 1])
  })
})

describe('retrying', () => {
  test('a lost reply leads to a duplicate report, never to a second entry', async () => {
    const answers: Answer[] = []
    await using server = await tinyServer({ answers })
    answers.push((call, response) => {
      for (const entry of call.entries) server.stored.set(String(entry.id), entry)
      response.destroy()
    })
    await using reporter = reporterTo(server.url, stillClock())
    reporter.report(many(3))
    expect(await reporter.flush()).toMatchObject({ accepted: 3, duplicates: 3, dropped: [], problem: null })
    expect(server.stored.size).toBe(3)
    expect(server.calls[1]?.entries).toEqual(server.calls[0]?.entries)
    expect(reporter.stats()).toMatchObject({ requests: 2, retries: 1 })
  })

  test.each([408, 429, 500, 502, 503, 504])('%i is retried until it succeeds', async (status) => {
    await using server = await tinyServer({ answers: [fails(status, 'x', 'Later.'), fails(status, 'x', 'Later.')] })
    await using reporter = reporterTo(server.url, stillClock())
    reporter.report(say('patient'))
    expect(await reporter.flush()).toMatchObject({ accepted: 1, dropped: [] })
    expect(server.calls.length).toBe(3)
  })

  test('pauses double up to 30 s, with full jitter', async () => {
    for (const share of [0, 0.5, 1]) {
      const { clock, pauses } = stillClock()
      await using server = await tinyServer({
        answers: Array.from({ length: 8 }, () => fails(503, 'store_busy', 'Busy.')),
      })
      await using reporter = reporterTo(server.url, { clock, random: () => share })
      reporter.report(say('patient'))
      await reporter.flush()
      expect(pauses.slice(-8)).toEqual(
        [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].map((ms) => ms * share),
      )
    }
  })

  test('the server is not contacted before the time that it named', async () => {
    const { clock, pauses } = stillClock()
    const header: Answer = (_, response) => response.writeHead(503, { 'retry-after': '3' }).end('<p>Maintenance</p>')
    await using server = await tinyServer({
      answers: [fails(503, 'store_busy', 'Busy.', { retryAfterSeconds: 7 }), header],
    })
    await using reporter = reporterTo(server.url, { clock, random: () => 0.5 })
    reporter.report(say('patient'))
    expect(await reporter.flush()).toMatchObject({ accepted: 1 })
    expect(pauses.slice(-2)).toEqual([7_250, 3_250])
  })

  test('entries reported while the server is unreachable arrive when it is back', async () => {
    const first = await tinyServer()
    await using reporter = reporterTo(first.url, { random: () => 0.02 })
    await first[Symbol.asyncDispose]()
    reporter.report(many(20))
    const away = await reporter.flush({ timeoutMs: 60 })
    expect(away).toMatchObject({ accepted: 0, pending: 20 })
    expect(away.problem).toMatch(/^The server cannot be reached: .*ECONNREFUSED/)

    await using second = await tinyServer({ port: first.port })
    reporter.report(say('and one more'))
    expect(await reporter.flush()).toMatchObject({ accepted: 21, pending: 0, problem: null })
    expect(second.stored.size).toBe(21)
  })

  test('a request without a reply ends at its timeout and is sent again', async () => {
    const held: (() => void)[] = []
    const answers: Answer[] = [() => undefined]
    await using server = await tinyServer({ answers })
    answers.push((call, response) => held.push(() => server.store(call, response)))
    await using reporter = reporterTo(server.url, { requestMs: 200, random: () => 0 })
    reporter.report(say('patient'))
    const flushed = reporter.flush()
    await expect.poll(() => held.length).toBe(1)
    expect(reporter.stats().problem).toBe('The server did not answer within 200 ms.')
    held[0]?.()
    expect(await flushed).toMatchObject({ accepted: 1, problem: null })
    expect(server.stored.size).toBe(1)
  })
})

describe('flushing and closing', () => {
  test('close sends the waiting entries and accepts no more', async () => {
    await using server = await tinyServer()
    const reporter = reporterTo(server.url, { lingerMs: 60_000 })
    reporter.report(many(3))
    const closing = reporter.close()
    reporter.report(say('too late'))
    expect(await closing).toMatchObject({
      accepted: 3,
      pending: 0,
      dropped: [{ reason: 'closed', message: 'The reporter is closed.', entries: 1 }],
    })
    expect(await reporter.close()).toBe(await closing)
    expect(server.stored.size).toBe(3)
  })

  test('close ends at its timeout and reports the dropped entries and the reason', async () => {
    await using server = await tinyServer({
      answers: [fails(503, 'store_busy', 'The server has too much to write.', { retryAfterSeconds: 60 })],
    })
    const reporter = reporterTo(server.url)
    reporter.report(many(2))
    const result = await reporter.close({ timeoutMs: 100 })
    const message = 'The reporter was closed before the server acknowledged it. The server has too much to write.'
    expect(result).toMatchObject({ accepted: 0, pending: 0, dropped: [{ reason: 'closed', message, entries: 2 }] })
    expect(reporter.drops.map(({ entry }) => entry.payload)).toEqual(['hello 0', 'hello 1'])
  })

  test('leaving the block of `await using` sends the waiting entries', async () => {
    await using server = await tinyServer()
    {
      await using reporter = reporterTo(server.url)
      reporter.report(say('last words'))
    }
    expect(server.stored.size).toBe(1)
  })

  test('flush waits for entries reported before it, not for later ones', async () => {
    const answers: Answer[] = []
    await using server = await tinyServer({ answers })
    const held: (() => void)[] = []
    answers.push(server.store, (call, response) => held.push(() => server.store(call, response)))
    await using reporter = reporterTo(server.url)
    reporter.report(many(500))
    const flushed = reporter.flush()
    reporter.report(say('after'))
    expect(await flushed).toMatchObject({ accepted: 500, pending: 1 })
    await expect.poll(() => held.length).toBe(1)
    held[0]?.()
    expect(await reporter.flush()).toMatchObject({ accepted: 1, pending: 0 })
  })
})

test('the address and the key come from the environment unless they are passed, and are required', async () => {
  expect(() => createReporter({ apiKey: 'smk_test' })).toThrow('SENTINELMESH_URL')
  expect(() => createReporter({ url: 'http://127.0.0.1:8000' })).toThrow('SENTINELMESH_API_KEY')
  expect(() => createReporter({ url: 'ftp://127.0.0.1', apiKey: 'smk_test' })).toThrow('http')

  await using server = await tinyServer()
  process.env['SENTINELMESH_URL'] = `${server.url}/`
  process.env['SENTINELMESH_API_KEY'] = 'smk_environment'
  try {
    await using reporter = createReporter()
    reporter.report(say('hello'))
    await reporter.flush()
  } finally {
    delete process.env['SENTINELMESH_URL']
    delete process.env['SENTINELMESH_API_KEY']
  }
  expect(server.calls[0]).toMatchObject({
    path: '/trpc/logs.report',
    headers: { authorization: 'Bearer smk_environment' },
  })
})

test('an entry of the SDK matches the input of the server, field by field', () => {
  expectTypeOf<Entry>().toExtend<EntryIn>()
  expectTypeOf<keyof Entry>().toEqualTypeOf<keyof EntryIn>()
  expectTypeOf<NonNullable<Entry['kind']>>().toEqualTypeOf<NonNullable<EntryIn['kind']>>()
})
