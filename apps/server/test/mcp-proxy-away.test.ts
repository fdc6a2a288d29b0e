import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LIMITS, openSpool } from '@sentinelmesh/mcp-proxy/testing'
import { call, enforce, REVERSE_SHELL, runStdio, silentServer, entriesOfSession, TOOLS } from './mcp-proxy.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  await enforce(mesh)
})
afterAll(() => mesh[Symbol.asyncDispose]())

describe('while the SentinelMesh server is unreachable', () => {
  const NOBODY = { url: 'http://127.0.0.1:9' }

  test('calls pass with fail: open', async () => {
    await using run = await runStdio(mesh, TOOLS, { ...NOBODY, fail: 'open' })
    run.send(call(1, REVERSE_SHELL))
    expect((await run.answer(1)).result).toMatchObject({ content: [{ text: REVERSE_SHELL }] })
    expect(await run.end()).toBe(0)
    expect(run.warnings[0]).toMatch(
      /^the server under http:\/\/127\.0\.0\.1:9 does not answer \(.*\); calls go through/,
    )
    expect(run.warnings.at(-1)).toMatch(/could not be sent\.$/)
  })

  test('calls are refused with fail: closed', async () => {
    await using run = await runStdio(mesh, TOOLS, { ...NOBODY, fail: 'closed' })
    run.send(call(1, 'hello'))
    expect((await run.answer(1)).result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('does not answer') }],
    })
  })

  test('the proxy judges calls by the built-in rules with fail: rules', async () => {
    await using run = await runStdio(mesh, TOOLS, { ...NOBODY, fail: 'rules' })
    run.send(call(1, 'hello'))
    run.send(call(2, REVERSE_SHELL))
    expect((await run.answer(1)).result).toMatchObject({ content: [{ text: 'hello' }] })
    const { result } = await run.answer(2)
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('rule sm-cmd-001') }] })
  })

  test('a key without the verdict scope causes a warning and is handled like an unreachable server', async () => {
    const { key } = await mesh.first.key(['read'])
    await using run = await runStdio(mesh, TOOLS, { apiKey: key, fail: 'closed' })
    run.send(call(1, 'hello'))
    expect((await run.answer(1)).result).toMatchObject({ isError: true })
    expect(run.warnings[0]).toContain('the scope verdict')
  })
})

test('calls that passed while the server was down are logged later, evaluated and marked unjudged', async () => {
  await using own = await startMesh()
  await using run = await runStdio(own, TOOLS, { fail: 'open' })
  run.send(call(1, 'before'))
  await run.answer(1)
  await own.stop()
  run.send(call(2, REVERSE_SHELL))
  expect((await run.answer(2)).result).toMatchObject({ content: [{ text: REVERSE_SHELL }] })
  await own.restart()
  const late = async () =>
    (await entriesOfSession(own, run.session)).find(({ payload }) => payload.includes('"text":"bash'))
  await until(async () => (await late()) !== undefined, 'the call is in the log')
  expect(await late()).toMatchObject({ kind: 'tool_call', unjudged: true, verdict: null })
})

describe('entries that a proxy could not send before it ended', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-test-spool-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const spoolFolder = () => join(folder, 'spool')
  const callsIn = async (own: Mesh, session: string) =>
    (await entriesOfSession(own, session)).filter(({ kind }) => kind === 'tool_call')

  test('are stored in owner-only files and sent once, marked unjudged, by the next proxy with that key', async () => {
    await using own = await startMesh()
    const { key: apiKey } = await own.first.key(['verdict'])
    const away = await runStdio(own, TOOLS, { apiKey, spoolFolder: spoolFolder() })
    await own.stop()
    away.send(call(1, 'hello'))
    await away.answer(1)
    await away.end()
    expect(away.warnings.at(-1)).toContain('waits on disk')
    const files = readdirSync(spoolFolder())
    expect(files.length).toBeGreaterThan(0)
    for (const name of files) expect(statSync(join(spoolFolder(), name)).mode & 0o777).toBe(0o600)
    expect(statSync(spoolFolder()).mode & 0o777).toBe(0o700)

    await own.restart()
    // Simulates a proxy killed between delivery and removal.
    const copies = files.map((name) => [name, readFileSync(join(spoolFolder(), name))] as const)
    for (const round of [1, 2]) {
      for (const [name, bytes] of round === 1 ? [] : copies) writeFileSync(join(spoolFolder(), name), bytes)
      await using next = await runStdio(own, TOOLS, { apiKey, spoolFolder: spoolFolder() })
      await until(() => readdirSync(spoolFolder()).length === 0, 'all entries are delivered')
      await next.end()
    }
    expect(await callsIn(own, away.session)).toMatchObject([
      { unjudged: true, payload: expect.stringContaining('hello') },
    ])
    expect((await entriesOfSession(own, away.session)).map(({ context }) => context)).toContain('disconnect')
  })

  test('are left unchanged by a proxy with another key', async () => {
    await using own = await startMesh()
    const { key: apiKey } = await own.first.key(['verdict'])
    const away = await runStdio(own, TOOLS, { apiKey, spoolFolder: spoolFolder() })
    await own.stop()
    await away.end()
    const files = readdirSync(spoolFolder())
    await own.restart()
    const { key: other } = await own.second.key(['verdict'])
    await using next = await runStdio(own, TOOLS, { apiKey: other, spoolFolder: spoolFolder() })
    next.send(call(1, 'hello'))
    await next.answer(1)
    await next.end()
    expect(readdirSync(spoolFolder())).toEqual(files)
  })

  test('stay on disk if the key is rejected, since its scopes may be corrected', async () => {
    await using own = await startMesh()
    const { key: apiKey } = await own.first.key(['read'])
    const options = { apiKey, spoolFolder: spoolFolder() }
    const away = await runStdio(own, TOOLS, options)
    await own.stop()
    away.send(call(1, 'hello'))
    await away.answer(1)
    await away.end()
    const files = readdirSync(spoolFolder())
    await own.restart()
    await using next = await runStdio(own, TOOLS, options)
    await until(() => next.warnings.some((sentence) => sentence.includes('the scope verdict')), 'the key is refused')
    await next.end()
    expect(readdirSync(spoolFolder())).toEqual(expect.arrayContaining(files))
  })

  test('are counted in a warning if they cannot be written to disk', async () => {
    await using own = await startMesh()
    writeFileSync(spoolFolder(), 'no folder')
    const away = await runStdio(own, TOOLS, { spoolFolder: spoolFolder() })
    await own.stop()
    away.send(call(1, 'hello'))
    await away.answer(1)
    await away.end()
    expect(away.warnings.at(-1)).toMatch(/^\d+ entries could not be sent\.$/)
  })

  test('include entries sent to a server that never replied', async () => {
    await using silent = await silentServer()
    await using run = await runStdio(mesh, TOOLS, { url: silent.url, budgetMs: 50, spoolFolder: spoolFolder() })
    run.send(call(1, 'hello'))
    await run.answer(1)
    await run.end()
    const left = readdirSync(spoolFolder()).map((name) => readFileSync(join(spoolFolder(), name), 'utf8'))
    expect(left.join()).toContain('"late":"passed"')
  })

  test('are limited in total size, and the oldest are dropped', () => {
    let now = 1_800_000_000_000
    const spool = openSpool({ folder: spoolFolder(), url: 'http://a', apiKey: 'k', now: () => now })
    const body = { text: 'x'.repeat(LIMITS.spoolBytes / 4) }
    for (let n = 0; n < 5; n += 1) {
      now += 1
      expect(spool.keep({ path: `/${n}`, body })).toBe(true)
    }
    const left = readdirSync(spoolFolder()).toSorted()
    expect(left).toHaveLength(3)
    expect(readFileSync(join(spoolFolder(), left[0] ?? ''), 'utf8')).toContain('"/2"')
  })
})

test('entries that overflow the queue while the server is down are counted and reported after its return', async () => {
  await using own = await startMesh()
  await using run = await runStdio(own, TOOLS, { fail: 'open' })
  run.send(call(0, 'before'))
  await run.answer(0)
  await own.stop()
  const calls = LIMITS.queueEntries + 100
  for (let n = 1; n <= calls; n += 1) run.send(call(n, 'hello'))
  await run.answer(calls)
  await own.restart()
  const find = async () => (await own.first.reader.trpc.logs.page.query({ q: 'context:entries_lost' })).items
  await until(async () => (await find()).length > 0, 'the loss is reported')
  const counts = (await find()).map(({ snippet }) => (JSON.parse(snippet) as { count: number }).count)
  expect(Math.max(...counts)).toBeGreaterThanOrEqual(100)
})
