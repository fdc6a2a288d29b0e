import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogId } from '@sentinelmesh/api'
import { openSqlite } from '@sentinelmesh/db'
import { judgedEntry } from './judged-entry.ts'
import { openProgram, inFolder, type Program } from './program.ts'
import { workers } from './start-mesh.ts'
import { until } from './until.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

const ENTRIES = [
  { sender: 'agent.a', payload: 'plain' },
  { sender: 'agent.b', payload: '=cmd() \u001B[31mred\u202E\u007F', context: 'tool_result' },
  { sender: 'agent.c', payload: { n: 1 } },
]

async function filled(): Promise<{ folder: string; env: Record<string, string>; file: (name: string) => string }> {
  const folder = program.folder()
  await program.createUser(folder)
  const env = inFolder(folder)
  const input = `${folder}-input`
  writeFileSync(input, ENTRIES.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  expect((await program.run(['import', input], { env })).code).toBe(0)
  return { folder, env, file: (name) => `${folder}-${name}` }
}

const sendersIn = (text: string) => [...text.matchAll(/"sender":"([^"]+)"/g)].map(([, sender]) => sender)

describe('export', () => {
  test('writes to standard output or an owner-only file, optionally gzipped, and import accepts it', async () => {
    const { env, file } = await filled()
    const out = await program.run(['export'], { env })
    expect([out.code, out.stderr, sendersIn(out.stdout)]).toEqual([0, '', ['agent.a', 'agent.b', 'agent.c']])
    expect(out.stdout).not.toContain('"type":"end"')

    const toFile = await program.run(['export', '--output', file('a.ndjson'), '--order', 'newest'], { env })
    expect([toFile.code, toFile.stdout]).toEqual([0, `3 entries in ${file('a.ndjson')}\n`])
    expect(sendersIn(readFileSync(file('a.ndjson'), 'utf8'))).toEqual(['agent.c', 'agent.b', 'agent.a'])
    expect(statSync(file('a.ndjson')).mode & 0o777).toBe(0o600)

    const zipped = await program.run(['export', '--output', file('b.ndjson.gz'), '--json'], { env })
    expect(JSON.parse(zipped.stdout)).toEqual({ file: file('b.ndjson.gz'), format: 'ndjson', entries: 3 })
    expect(gunzipSync(readFileSync(file('b.ndjson.gz'))).toString()).toBe(out.stdout)

    const other = program.folder()
    await program.createUser(other)
    const taken = await program.run(['import', file('b.ndjson.gz'), '--json'], { env: inFolder(other) })
    expect(JSON.parse(taken.stdout)).toMatchObject({ accepted: 3, rejected: [] })
    const twice = await program.run(['import', file('a.ndjson'), '--json'], { env: inFolder(other) })
    expect(JSON.parse(twice.stdout)).toMatchObject({ accepted: 0, duplicates: 3 })
    const back = await program.run(['export', '--query', 'sender:agent.b'], { env: inFolder(other) })
    expect((JSON.parse(back.stdout) as { payload: string }).payload).toBe(ENTRIES[1]?.payload)
  })

  test('supports formats, queries and time ranges, locally and through a server', async () => {
    const { folder, env, file } = await filled()
    await using server = await program.serve(folder)
    const key = await program.createKey(folder, '--scope', 'read')
    const remote = { SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: key }
    for (const through of [env, remote]) {
      const csv = await program.run(['export', '--format', 'csv', '--query', 'agent.b', '--bom'], { env: through })
      expect([csv.code, csv.stdout.split('\r\n').length]).toEqual([0, 3])
      expect(csv.stdout.startsWith('\uFEFFid,seq,')).toBe(true)
      expect(csv.stdout).toContain(",'=cmd() ")
      const none = await program.run(['export', '--to', '2000-01-01T00:00:00Z', '--output', file('none')], {
        env: through,
      })
      expect([none.code, readFileSync(file('none'), 'utf8')]).toEqual([0, ''])
    }
    expect(server.output()).not.toContain('"level":50')
  })

  test('explains wrong usage in one sentence', async () => {
    const { folder, env, file } = await filled()
    await using _server = await program.serve(folder)
    const cases: [string[], number, RegExp][] = [
      [['--json'], 2, /--output/],
      [['--format', 'xml'], 2, /ndjson, csv/],
      [['--output', dirname(file('x'))], 2, /is a folder/],
      [['--output', join(file('nowhere'), 'x')], 2, /Is there a folder/],
      [['--query', 'risk:>=many'], 1, /risk/],
      [['--from', 'yesterday'], 1, /from/i],
      [['--org', 'nobody'], 1, /nobody|organization/],
    ]
    for (const [args, code, sentence] of cases) {
      const ended = await program.run(['export', ...args], { env })
      expect([args, ended.code, ended.stdout]).toEqual([args, code, ''])
      expect(ended.stderr).toMatch(sentence)
      expect(ended.stderr).not.toMatch(/ at .*\.ts:/)
    }
  })

  test('exits silently when its pipe is closed', async () => {
    const { env } = await filled()
    const [node = '', ...main] = program.command()
    const child = spawn('sh', ['-c', `"$0" "$@" | head -c 1 >/dev/null; echo done`, node, ...main, 'export'], {
      env: { PATH: process.env['PATH'], ...env },
    })
    let said = ''
    child.stderr.on('data', (chunk) => (said += String(chunk)))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect([code, said]).toEqual([0, ''])
  })

  test('escapes control characters on a terminal only', async () => {
    const { env } = await filled()
    const [node = '', ...main] = program.command()
    const line = [node, ...main, 'export', '--format', 'csv'].map((part) => `'${part}'`).join(' ')
    const child = spawn('script', ['-qec', line, '/dev/null'], { env: { PATH: process.env['PATH'], ...env } })
    let shown = ''
    child.stdout.on('data', (chunk) => (shown += String(chunk)))
    await new Promise((resolve) => child.once('close', resolve))
    expect(shown).toContain("'=cmd() <U+001B>[31mred<U+202E><U+007F>")
    const piped = await program.run(['export', '--format', 'csv'], { env })
    expect(piped.stdout).toContain("'=cmd() \u001B[31mred\u202E\u007F")
  })
})

const BEGIN_US = Date.UTC(2026, 0, 1) * 1_000
const TEXT = 'x'.repeat(600)

const numbered = (number: number) =>
  judgedEntry({
    id: `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}` as LogId,
    at: BEGIN_US + number * 1_000_000,
    sender: 'agent.long',
    kindAssumed: true,
    payload: { type: 'text', text: `${number} ${TEXT}` },
    contentHash: new Uint8Array(0),
    reportedBy: 'import',
    surface: 'import',
  })

describe('an export of 200,000 entries', () => {
  const COUNT = 200_000
  /** The whole export has more than 300 MB. */
  const MAX_GROWTH = 64 * 1024 * 1024
  let folder: string
  let key: string
  const env = () => inFolder(folder)

  beforeAll(async () => {
    folder = program.folder()
    await program.createUser(folder)
    key = await program.createKey(folder, '--scope', 'read')
    const database = await openSqlite({
      file: join(folder, 'sentinelmesh.db'),
      workers,
    })
    const [org] = await database.read.selectFrom('orgs').select('id').execute()
    for (let from = 0; from < COUNT; from += 1_000)
      await database.logs.append(
        (org?.id ?? 0) as Parameters<typeof database.logs.append>[0],
        Array.from({ length: 1_000 }, (_, n) => numbered(from + n)),
      )
    await database.close()
  }, 120_000)

  test('is complete for a client that reads, and uses no more memory for a client that does not', async () => {
    await using server = await program.serve(folder)
    const figure = async (name: string) => {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
    }
    const memory = () => figure('process_resident_memory_bytes')
    const ask = () => {
      const { port, hostname: host } = new URL(server.url)
      const socket = connect({ port: Number(port), host })
      socket.write(
        `GET /api/v1/logs/export?end_line=true HTTP/1.0\r\nhost: ${host}:${port}\r\nx-api-key: ${key}\r\n\r\n`,
      )
      return socket
    }

    let entries = 0
    let last = ''
    for await (const line of createInterface({ input: ask() })) {
      if (line.includes('"payload_type"')) entries++
      last = line
    }
    expect([entries, last]).toEqual([COUNT, `{"type":"end","entries":${COUNT}}`])

    const before = await memory()
    const socket = ask()
    await new Promise((resolve) => socket.once('readable', resolve))
    // An idle server is waiting for its client. Without backpressure, it would keep filling its memory.
    let worked = await figure('process_cpu_seconds_total')
    await until(async () => {
      const sofar = await figure('process_cpu_seconds_total')
      const isIdle = sofar - worked < 0.02
      worked = sofar
      return isIdle
    }, 'the server waits for its client')
    expect((await memory()) - before).toBeLessThan(MAX_GROWTH)
    socket.destroy()
  }, 240_000)

  test.each(['its socket', 'its address'])(
    'reports that it is incomplete and leaves no file when the server behind %s dies',
    async (by) => {
      await using server = await program.serve(folder)
      const file = `${folder}-cut.ndjson`
      const around = dirname(file)
      const unfinished = () =>
        readdirSync(around).filter((name) => name.startsWith(`${folder}-cut`.slice(around.length + 1)))
      const running = program.run(['export', '--output', file], {
        env: by === 'its socket' ? env() : { SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: key },
      })
      await until(() => unfinished().some((name) => statSync(join(around, name)).size > 1024 * 1024), 'it has started')
      await server.end('SIGKILL')
      const { code, stdout, stderr } = await running
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/cut off before its end/)
      expect(unfinished()).toEqual([])
    },
  )
})
