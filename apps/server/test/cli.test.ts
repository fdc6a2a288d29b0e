import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DomainError } from '@sentinelmesh/api/constants'
import { errorShape } from '@sentinelmesh/api/server'
import SQLite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDataFolder } from '../src/data-folder.ts'
import { client, json } from './client.ts'
import { openProgram, inFolder, linkIn, type Program } from './program.ts'
import { rawConnection } from './request.ts'
import { PASSWORD } from './start-mesh.ts'
import { until } from './until.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

interface Key {
  id: string
  name: string
  hint: string
  scopes: string[]
  revokedAt: string | null
}

describe('users and keys', () => {
  test('can be created without a server and work on a server that starts later', async () => {
    const folder = program.folder()
    const created = await program.createUser(folder)
    expect(created).toMatchObject({ code: 0, stdout: 'Created ada as owner of Acme.\n', stderr: '' })
    const key = await program.createKey(folder, '--name', 'first', '--scope', 'ingest', 'read')
    expect(key).toMatch(/^smk_[0-9A-Za-z]{49}$/)
    await using server = await program.serve(folder)
    const caller = client({ url: server.url, headers: { 'x-api-key': key } })
    expect((await caller.post('/log', { sender: 'a', payload: 'x' })).status).toBe(200)
    expect(await json(caller.get('/logs'))).toMatchObject({ total: 1 })
    expect(existsSync(join(folder, 'setup-link'))).toBe(false)
    const signedIn = await client({ url: server.url }).post('/trpc/auth.signIn', {
      username: 'ada',
      password: PASSWORD,
    })
    expect(signedIn.status).toBe(200)
  })

  test('can be created, listed and revoked while a server runs, and a revocation takes effect at once', async () => {
    const folder = program.folder()
    await using server = await program.serve(folder)
    expect(await linkIn(folder)).toMatch(new RegExp(`^${server.url}/setup#[\\w-]{32}$`))
    expect(statSync(join(folder, 'setup-link')).mode & 0o777).toBe(0o600)
    expect((await program.createUser(folder)).code).toBe(0)
    const key = await program.createKey(folder, '--scope', 'read', '--name', 'to end')
    const caller = client({ url: server.url, headers: { 'x-api-key': key } })
    expect((await caller.get('/logs')).status).toBe(200)
    const listed = await program.run(['key', 'list', '--json'], { env: inFolder(folder) })
    const [one] = JSON.parse(listed.stdout) as Key[]
    expect(one).toMatchObject({ name: 'to end', scopes: ['read'], revokedAt: null })
    expect(listed.stdout).not.toContain(key.slice(8, -4))
    const revoked = await program.run(['key', 'revoke', one?.id ?? ''], { env: inFolder(folder) })
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Revoked smk_.*to end/) })
    expect((await caller.get('/logs')).status).toBe(401)
    expect((await program.run(['key', 'list'], { env: inFolder(folder) })).stdout).toMatch(/to end.*revoked/)
    expect(server.output()).not.toContain('"level":50')
  })

  test('can be created by concurrent commands: one locks the folder, the others call it or wait for it', async () => {
    const folder = program.folder()
    await program.createUser(folder)
    const keys = await Promise.all(Array.from({ length: 4 }, () => program.createKey(folder, '--scope', 'read')))
    expect(new Set(keys).size).toBe(4)
    const listed = await program.run(['key', 'list', '--json'], { env: inFolder(folder) })
    expect(JSON.parse(listed.stdout)).toHaveLength(4)
  })

  test('are created after a server that is shutting down has exited', async () => {
    const folder = program.folder()
    await program.createUser(folder)
    const held = openDataFolder(folder)
    let refused = 0
    const stopping = createServer().on('checkContinue', (_request, response) => {
      refused += 1
      response.writeHead(503, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: errorShape(new DomainError('shutting_down'), null) }))
      if (refused === 3) stopping.close(() => held.release())
    })
    stopping.listen(held.socket)
    expect(await program.createKey(folder, '--scope', 'read')).toMatch(/^smk_/)
    expect(refused).toBe(3)
    const listed = await program.run(['key', 'list', '--json'], { env: inFolder(folder) })
    expect(JSON.parse(listed.stdout)).toHaveLength(1)
  })

  test('fail if the process that holds the folder drops every connection', async () => {
    const folder = program.folder()
    await program.createUser(folder)
    const held = openDataFolder(folder)
    const unresponsive = createServer()
    unresponsive.on('connection', (socket) => socket.destroy())
    unresponsive.listen(held.socket)
    const asked = await program.run(['key', 'list'], { env: inFolder(folder) })
    expect(asked).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds the data folder and does not answer'),
    })
    unresponsive.close()
    held.release()
  })

  test('with SENTINELMESH_URL are managed on that server, with a key of the right scope', async () => {
    const folder = program.folder()
    await using server = await program.serve(folder)
    await program.createUser(folder)
    const [manage, read] = [
      await program.createKey(folder, '--scope', 'manage'),
      await program.createKey(folder, '--scope', 'read'),
    ]
    const at = (key: string) => ({ SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: key })
    const made = await program.run(['key', 'create', '--scope', 'ingest', '--sender', 'agent.*'], { env: at(manage) })
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^smk_/) })
    const refused = await program.run(['key', 'create'], { env: at(read) })
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('manage') })
    expect(await program.run(['key', 'list'], { env: at('smk_wrong') })).toMatchObject({ code: 1, stdout: '' })
    const keyless = await program.run(['key', 'list'], { env: { SENTINELMESH_URL: server.url } })
    expect(keyless).toMatchObject({ code: 2, stderr: expect.stringContaining('SENTINELMESH_API_KEY') })
    const nowhere = { SENTINELMESH_URL: 'http://127.0.0.1:9', SENTINELMESH_API_KEY: manage }
    const unreachable = await program.run(['key', 'list'], { env: nowhere })
    expect(unreachable.code).toBe(1)
    expect(unreachable.stderr).not.toMatch(/\n\s+at /)
  })

  test('are refused in one sentence for a duplicate user, a short password, an unknown or ambiguous org', async () => {
    const folder = program.folder()
    expect((await program.createUser(folder)).code).toBe(0)
    expect(await program.createUser(folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('already registered'),
    })
    const short = await program.run(['user', 'create', '--username', 'b', '--org', 'B'], {
      env: inFolder(folder),
      stdin: 'short\n',
    })
    expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('12 characters') })
    const without = await program.run(['user', 'create', '--username', 'b', '--org', 'B'], { env: inFolder(folder) })
    expect(without.code).toBe(2)
    expect((await program.createUser(folder, 'bob', 'Other')).code).toBe(0)
    const which = await program.run(['key', 'create'], { env: inFolder(folder) })
    expect(which).toMatchObject({ code: 1, stderr: expect.stringContaining('which organization') })
    const unknown = await program.run(['key', 'create', '--org', 'nowhere'], { env: inFolder(folder) })
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere') })
    expect((await program.run(['key', 'create', '--org', 'other'], { env: inFolder(folder) })).code).toBe(0)
  })
})

describe('the command line', () => {
  test.each([
    [['nothing-such'], /unknown command/],
    [['import'], /missing required argument/],
    [['key', 'create', '--scope', 'everything'], /Allowed choices are ingest/],
    [['user', 'create', '--org', 'x'], /--username/],
    [['serve', '--port', '1'], /unknown option/],
  ])('%j is wrong usage and gives a message and exit code 2', async (args, sentence) => {
    const ended = await program.run(args, { env: inFolder(program.folder()) })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(sentence)
  })

  test('exits with 0 for --help and --version', async () => {
    expect(await program.run(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' })
    const help = await program.run(['--help'])
    expect(help.code).toBe(0)
    for (const command of ['serve', 'demo', 'import', 'user', 'key']) expect(help.stdout).toContain(command)
  })

  test.each([
    [{ SENTINELMESH_PROT: '1' }, /SENTINELMESH_PROT is not a setting.*SENTINELMESH_PORT/],
    [{ SENTINELMESH_PORT: 'http' }, /SENTINELMESH_PORT has to be a whole number/],
    [{ SENTINELMESH_HOST: '0.0.0.0' }, /SENTINELMESH_PUBLIC_URL/],
    [{ SENTINELMESH_HOST: '0.0.0.0', SENTINELMESH_PUBLIC_URL: 'http://x.example' }, /SENTINELMESH_INSECURE_HTTP/],
    [{ SENTINELMESH_DATABASE_URL: 'postgres://x/y' }, /Postgres/],
    [{ SENTINELMESH_REGISTRATION: 'maybe' }, /first-user or open or closed/],
    [{ SENTINELMESH_CORS_ORIGINS: 'https://a.example/path' }, /without a path/],
    [{ SENTINELMESH_TRUST_PROXY: 'proxy' }, /addresses or networks/],
  ])('%j makes the start fail with advice and exit code 2', async (env, sentence) => {
    const folder = program.folder()
    const ended = await program.run(['serve'], {
      env: inFolder(folder, { SENTINELMESH_PORT: '0', ...env } as Record<string, string>),
    })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(sentence)
    expect(existsSync(folder)).toBe(false)
  })
})

describe('a server', () => {
  test('has exclusive use of its data folder', async () => {
    const folder = program.folder()
    await using first = await program.serve(folder)
    const second = await program.run(['serve'], { env: inFolder(folder, { SENTINELMESH_PORT: '0' }) })
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/Another SentinelMesh process holds this data folder/)
    expect((await fetch(`${first.url}/health`)).status).toBe(200)
    const { port } = new URL(first.url)
    const taken = await program.run(['serve'], { env: inFolder(program.folder(), { SENTINELMESH_PORT: port }) })
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('SENTINELMESH_PORT') })
  })

  test('that gets SIGTERM answers requests in progress and exits with 0', async () => {
    const folder = program.folder()
    await program.createUser(folder)
    const key = await program.createKey(folder, '--scope', 'ingest', 'read')
    const server = await program.serve(folder)
    const caller = client({ url: server.url, headers: { 'x-api-key': key } })
    const port = Number(new URL(server.url).port)
    using live = caller.socket('/ws/logs')
    await live.opened()
    using idle = await rawConnection(port)
    using slow = await rawConnection(port)
    const body = JSON.stringify({ sender: 'agent.slow', payload: 'under way' })
    slow.write(
      `POST /log HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-API-Key: ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    // A reply to this request means that the slow one, which was sent before, is in progress.
    expect((await caller.get('/health')).status).toBe(200)
    const ended = server.end('SIGTERM')
    expect((await live.close()).code).toBe(1001)
    await until(() => idle.closed, 'the idle connection is closed')
    slow.write(body.slice(10))
    await until(() => slow.received().includes('\r\n\r\n'), 'the slow request is answered')
    expect(slow.received()).toMatch(/^HTTP\/1.1 200 /)
    expect(await ended).toBe(0)
    await using again = await program.serve(folder)
    const { total } = await json<{ total: number }>(
      client({ url: again.url, headers: { 'x-api-key': key } }).get('/logs'),
    )
    expect(total).toBe(1)
  })

  test("does not touch another application's database and reports an error", async () => {
    const folder = program.folder()
    mkdirSync(folder)
    const file = join(folder, 'sentinelmesh.db')
    const foreign = new SQLite(file)
    foreign.exec("CREATE TABLE recipes(name TEXT); INSERT INTO recipes VALUES ('soup')")
    foreign.close()
    const before = readFileSync(file)
    const ended = await program.run(['serve'], { env: inFolder(folder, { SENTINELMESH_PORT: '0' }) })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/^sentinelmesh: .*\.\n$/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test.each([
    ['text', Buffer.from('this is no database at all, just some text\n'.repeat(100))],
    ['noise after a valid SQLite header', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8192, 0xa5)])],
  ])('does not touch a database file of %s', async (_what, bytes) => {
    const folder = program.folder()
    mkdirSync(folder)
    const file = join(folder, 'sentinelmesh.db')
    writeFileSync(file, bytes)
    const ended = await program.run(['serve'], { env: inFolder(folder, { SENTINELMESH_PORT: '0' }) })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/^sentinelmesh: /)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  test('reports a damaged signing key', async () => {
    const folder = program.folder()
    mkdirSync(folder)
    writeFileSync(join(folder, 'signing-key'), 'short')
    const ended = await program.run(['serve'], { env: inFolder(folder, { SENTINELMESH_PORT: '0' }) })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/signing-key is damaged/)
  })
})
