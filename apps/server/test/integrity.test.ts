import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client } from './client.ts'
import { inFolder, inherited, openProgram, type Program, type Server } from './program.ts'
import { until } from './until.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

/** Starts a server with a user and a key. `report` posts a payload. */
async function aServer(folder: string, env: Readonly<Record<string, string>> = {}) {
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read')
  const server = await program.serve(folder, env)
  return { server, report: reporter(server, key), key }
}

const reporter = (server: Server, key: string) => async (payload: string) => {
  const reply = await client({ url: server.url, headers: { 'x-api-key': key } }).post('/log', { sender: 'a', payload })
  expect(reply.status).toBe(200)
}

const lines = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

describe('backup and restore', () => {
  test('backup works on a running server; restore needs it stopped, requires --yes, and reports the loss', async () => {
    const folder = program.folder()
    const backup = join(dirname(folder), 'cli-backup.db')
    const env = inFolder(folder)
    const { server, report, key } = await aServer(folder)
    await report('before')
    expect(await program.run(['backup', backup], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('checked'),
    })
    expect(statSync(backup).mode & 0o777).toBe(0o600)
    await report('after')
    expect(await program.run(['backup', backup], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--force'),
    })
    expect(await program.run(['restore', backup, '--yes'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Stop it first'),
    })
    expect(await server.end('SIGTERM')).toBe(0)
    expect(await program.run(['restore', backup], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    })
    const restored = await program.run(['restore', backup, '--yes'], { env })
    expect(restored).toMatchObject({ code: 0, stderr: '' })
    expect(restored.stdout).toContain('acme: 1 entries; positions 2 to 2 are lost')

    await using again = await program.serve(folder)
    await reporter(again, key)('new')
    const reader = client({ url: again.url, headers: { 'x-api-key': key } })
    using tail = reader.tail({ after: '1' })
    await tail.entries(1)
    const [gap, entry] = tail.items.filter(({ type }) => type !== 'progress')
    expect(gap).toMatchObject({ type: 'gap', reason: 'restored' })
    expect(entry).toMatchObject({ type: 'entry', entry: { snippet: 'new' } })
    expect(await program.run(['verify'], { env })).toMatchObject({ code: 0 })
  })

  test('compact needs the server stopped and reports the change in file size', async () => {
    const folder = program.folder()
    const env = inFolder(folder)
    expect(await program.run(['compact'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no database'),
    })
    const { server, report } = await aServer(folder)
    await report('kept')
    expect(await program.run(['compact'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Stop it first'),
    })
    expect(await server.end('SIGTERM')).toBe(0)
    expect((await program.run(['compact'], { env })).stdout).toMatch(
      /^Compacted .+: [\d.]+ MiB became [\d.]+ MiB, checked\.\n$/,
    )
    const { stdout } = await program.run(['compact', '--json'], { env })
    const file = join(folder, 'sentinelmesh.db')
    const { size } = statSync(file)
    expect(JSON.parse(stdout)).toEqual({ file, bytes_before: size, bytes_after: size })
    expect(await program.run(['verify'], { env })).toMatchObject({ code: 0 })
  })

  test('a killed backup leaves no file under its name, and the next backup cleans up', async () => {
    const folder = program.folder()
    const place = dirname(folder)
    const { server } = await aServer(folder)
    await server.end('SIGTERM')
    const db = new SQLite(join(folder, 'sentinelmesh.db'))
    db.exec('create table ballast (bytes blob)')
    const insert = db.prepare('insert into ballast values (?)')
    for (let n = 0; n < 60; n++) insert.run(randomBytes(1024 * 1024))
    db.close()

    const [node = '', main = ''] = program.command()
    const partialFiles = () => readdirSync(place).filter((name) => name.startsWith('killed.db'))
    const child = spawn(node, [main, 'backup', join(place, 'killed.db')], {
      env: { ...inherited(), ...inFolder(folder) },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await until(
      () => partialFiles().some((name) => statSync(join(place, name)).size > 1024 * 1024),
      'the copy has begun',
    )
    child.kill('SIGKILL')
    await ended
    expect(partialFiles().length).toBeGreaterThan(0)
    expect(existsSync(join(place, 'killed.db'))).toBe(false)
    expect((await program.run(['backup', join(place, 'killed.db')], { env: inFolder(folder) })).code).toBe(0)
    expect(partialFiles()).toEqual(['killed.db'])
  })
})

describe('verify', () => {
  test('succeeds on a running server, exits with 1 and the position of an edit, or 2 for wrong usage', async () => {
    const folder = program.folder()
    const env = inFolder(folder)
    expect(await program.run(['verify'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no database'),
    })
    const { server, report } = await aServer(folder)
    for (const payload of ['one', 'two', 'three']) await report(payload)
    const heads = join(folder, 'heads.ndjson')
    writeFileSync(heads, (await program.run(['heads'], { env })).stdout)
    const fine = await program.run(['verify', '--head', heads, '--json'], { env })
    expect(fine.code).toBe(0)
    expect(JSON.parse(fine.stdout)).toMatchObject({
      ok: true,
      findings: [],
      orgs: [{ entries: 3, published_heads: 1 }],
    })
    expect((await program.run(['verify', '--org', 'nobody'], { env })).code).toBe(2)
    expect((await program.run(['verify', '--head', join(folder, 'none')], { env })).code).toBe(2)
    await server.end('SIGTERM')

    const db = new SQLite(join(folder, 'sentinelmesh.db'))
    db.exec(`update payloads set bytes = cast('\u001b[31m' as blob), size = 5 where pos = 2`)
    db.close()
    const edited = await program.run(['verify', '--org', 'acme'], { env })
    expect(edited.code).toBe(1)
    expect(edited.stdout).toContain('first bad seq: 2')
    expect(edited.stdout).toContain('edited')
  })

  test('reports a published head with a changed signature or content or from another key', async () => {
    const [folder, other] = [program.folder(), program.folder()]
    const env = inFolder(folder)
    const { server, report } = await aServer(folder)
    await report('one')
    await server.end('SIGTERM')
    const heads = join(folder, 'heads.ndjson')
    const { stdout } = await program.run(['heads'], { env })
    // Skips the head of the audit log.
    const line = `${stdout.split('\n').find((one) => !one.includes('"org":"audit"')) ?? ''}\n`
    const changed = line.replace('"seq":1', '"seq":2')
    writeFileSync(heads, `${line}${changed}${line.replace(/"signature":"./, '"signature":"!')}`)
    appendFileSync(heads, line.slice(0, 40))
    const told = await program.run(['verify', '--head', heads], { env })
    expect(told.code).toBe(1)
    expect(told.stdout.match(/signature: Line (\d)/g)).toEqual([
      'signature: Line 2',
      'signature: Line 3',
      'signature: Line 4',
    ])

    await program.createUser(other)
    writeFileSync(heads, line)
    const key = join(other, 'chain-key.pub')
    const ofAnother = await program.run(['verify', '--head', heads, '--key', key], { env })
    expect(ofAnother).toMatchObject({ code: 1, stdout: expect.stringContaining('--key') })
    expect((await program.run(['verify', '--head', heads, '--key', heads], { env })).code).toBe(2)
  })
})

describe('published heads', () => {
  test('are appended to a file at shutdown, and verify accepts them', async () => {
    const folder = program.folder()
    const file = join(folder, 'published', 'heads.ndjson')
    const { server, report } = await aServer(folder, { SENTINELMESH_HEADS_FILE: file })
    await report('one')
    await report('two')
    expect(await server.end('SIGTERM')).toBe(0)
    expect(JSON.parse(lines(file).at(-1) ?? '')).toMatchObject({ seq: 2, type: 'sentinelmesh.head.v1' })
    expect(await program.run(['verify', '--head', file], { env: inFolder(folder) })).toMatchObject({ code: 0 })
    expect(statSync(join(folder, 'chain-key')).mode & 0o777).toBe(0o600)
  })

  test('that a URL rejects are reported in the log and the metrics, and sent again at shutdown', async () => {
    const received: string[] = []
    let status = 500
    const receiver = createServer((request, reply) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        if (status === 200) received.push(body)
        reply.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const folder = program.folder()
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/heads?secret=x`
    const first = await aServer(folder, {})
    await first.report('one')
    await first.server.end('SIGTERM')

    const server = await program.serve(folder, { SENTINELMESH_HEADS_URL: url })
    await until(() => server.output().includes('Publishing heads to a URL'), 'the fault is logged')
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toMatch(/sentinelmesh_heads_published_total\{target="url",outcome="failed"\} [1-9]/)
    expect(server.output()).not.toContain('secret=x')
    status = 200
    expect(await server.end('SIGTERM')).toBe(0)
    expect(received).toHaveLength(1)
    expect(JSON.parse(received[0]?.trim().split('\n').at(-1) ?? '')).toMatchObject({ seq: 1 })
    receiver.close()
  })

  test.each([
    ['SENTINELMESH_HEADS_URL', 'http://heads.example/'],
    ['SENTINELMESH_HEADS_URL', 'https://user:secret@heads.example/'],
    ['SENTINELMESH_HEADS_URL', 'heads'],
    ['SENTINELMESH_HEADS_EVERY', '0'],
  ])('are refused with a message for %s=%s', async (name, value) => {
    const ended = await program.run(['serve'], { env: inFolder(program.folder(), { [name]: value }) })
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(name) })
    expect(ended.stderr).not.toContain('secret')
  })
})
