import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { serveLines, type AskMcp } from '../src/mcp/stdio.ts'
import { json } from './client.ts'
import { GENERATIONS, mcpClient } from './mcp-clients.ts'
import { openProgram, inFolder, type Program } from './program.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

describe('mcp serve', () => {
  let program: Program
  let mesh: Mesh
  beforeAll(async () => {
    program = openProgram()
    mesh = await startMesh()
    await json(
      mesh.first.agent.post('/log', { sender: 'agent.a', session: 'ßession', payload: 'over standard output' }),
    )
  }, 60_000)
  afterAll(async () => {
    await program[Symbol.asyncDispose]()
    await mesh[Symbol.asyncDispose]()
  })

  const command = () => [...program.command(), 'mcp', 'serve']

  test.each(GENERATIONS)('answers a client of %s from the server at SENTINELMESH_URL', async (generation) => {
    const { key } = await mesh.first.key(['read'])
    const env = { SENTINELMESH_URL: mesh.url, SENTINELMESH_API_KEY: key }
    await using asking = await mcpClient(generation, { command: command(), env })
    const { data } = await asking.call('search_logs', { query: '"standard output"' })
    expect(data).toMatchObject({ total: 1, entries: [{ sender: { untrusted: true, text: 'agent.a' } }] })
    const session = `sentinelmesh://sessions/${encodeURIComponent('ßession')}`
    expect(JSON.parse(await asking.read(session))).toMatchObject({ total: 1 })
    expect(await asking.prompt('investigate_session', { session: 'ßession' })).toContain('ßession')
    expect(await asking.call('get_entry', { id: 'none' })).toMatchObject({ isError: true })
  })

  test.each(GENERATIONS)(
    'answers a client of %s from a data folder that no other process holds',
    async (generation) => {
      const folder = program.folder()
      await program.createUser(folder)
      await using asking = await mcpClient(generation, { command: command(), env: inFolder(folder) })
      expect((await asking.call('get_stats')).data).toMatchObject({ senders: 0 })
      // The previous call was recorded under the name of the command line.
      expect((await asking.call('search_logs', { sender: 'cli' })).data).toMatchObject({ total: 1 })
    },
  )

  test('exits at the end of its input and writes nothing but responses', async () => {
    const env = { SENTINELMESH_URL: mesh.url, SENTINELMESH_API_KEY: (await mesh.first.key(['ingest'])).key }
    const asked = [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 'first', method: 'tools/list' },
    ]
    const { code, stdout } = await program.run(['mcp', 'serve'], {
      env,
      stdin: `${asked.map((message) => JSON.stringify(message)).join('\n')}\n`,
    })
    expect(code).toBe(0)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        jsonrpc: '2.0',
        id: 'first',
        error: { code: -32_603, message: 'This takes a credential with the scope read.' },
      },
    ])
  })

  test('reports an unreachable server in each response', async () => {
    const { code, stdout } = await program.run(['mcp', 'serve'], {
      env: { SENTINELMESH_URL: 'http://127.0.0.1:1', SENTINELMESH_API_KEY: 'x' },
      stdin: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    })
    expect([code, stdout]).toEqual([0, expect.stringContaining('does not answer')])
  })

  test('exits with 2 and a message without a key', async () => {
    const { code, stdout, stderr } = await program.run(['mcp', 'serve'], { env: { SENTINELMESH_URL: mesh.url } })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('SENTINELMESH_API_KEY')
  })

  test('exits when its client is killed', async () => {
    const { key } = await mesh.first.key(['read'])
    const [file = '', ...args] = command()
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'], SENTINELMESH_URL: mesh.url, SENTINELMESH_API_KEY: key },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n')
    child.stdout.destroy()
    child.stdin.destroy()
    await until(() => child.exitCode !== null, 'the program ends')
    expect(child.signalCode).toBeNull()
  })
})

describe('the stdio transport', () => {
  const OK: AskMcp = async (body) => ({
    status: 200,
    text: JSON.stringify({ jsonrpc: '2.0', id: (JSON.parse(body) as { id: unknown }).id, result: {} }),
  })
  const ask = (id: number, more: object = {}) =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', ...more })}\n`

  async function answers(chunks: readonly (string | Buffer)[], to: AskMcp = OK): Promise<Record<string, unknown>[]> {
    const input = new PassThrough()
    const output = new PassThrough()
    const served = serveLines(input, output, to)
    for (const chunk of chunks) input.write(chunk)
    input.end()
    await served
    output.end()
    const text = (await output.toArray()).map(String).join('')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  test('replies to invalid lines with an error and reads the next line', async () => {
    const found = await answers(['nothing\n[1]\n{"id":', '\n', ask(7)])
    expect(found.map(({ id, error }) => [id, error === undefined])).toEqual([
      [null, false],
      [null, false],
      [null, false],
      [7, true],
    ])
  })

  test('rejects a line over the size limit', async () => {
    const long = 'x'.repeat(LIMITS.mcpRequestBytes)
    const found = await answers([long, long, long, '\n', ask(1)])
    expect(found.map(({ id }) => id)).toEqual([null, 1])
    expect(JSON.stringify(found[0])).toContain('mcpRequestBytes')
  })

  test('accepts lines in chunks of any size, even split inside a character', async () => {
    const heard: string[] = []
    const bytes = Buffer.from(ask(1, { params: { text: 'ß𝕏' } }))
    const to: AskMcp = async (body, headers, signal) => {
      heard.push(body)
      return OK(body, headers, signal)
    }
    await answers(
      Array.from(bytes, (byte) => Buffer.from([byte])),
      to,
    )
    expect(heard).toEqual([bytes.toString().trim()])
  })

  test('sends the headers that the revision of a request requires', async () => {
    const heard: Readonly<Record<string, string>>[] = []
    const to: AskMcp = async (body, headers, signal) => {
      heard.push(headers)
      return OK(body, headers, signal)
    }
    const params = {
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' },
      uri: 'sentinelmesh://sessions/ß\r\n',
    }
    await answers([ask(1, { method: 'resources/read', params })], to)
    expect(heard).toEqual([
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'resources/read',
        'mcp-name': `=?base64?${Buffer.from(params.uri).toString('base64')}?=`,
      },
    ])
  })

  test('aborts a cancelled request and does not reply to it', async () => {
    let isCancelled = false
    const to: AskMcp = (body, headers, signal) =>
      body.includes('"id":2')
        ? OK(body, headers, signal)
        : new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              isCancelled = true
              reject(new Error('cancelled'))
            }),
          )
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
    const found = await answers([ask(1), ask(2), `${JSON.stringify(cancel)}\n`], to)
    expect([isCancelled, found.map(({ id }) => id)]).toEqual([true, [2]])
  })

  test('limits the number of concurrent requests', async () => {
    let now = 0
    let most = 0
    const to: AskMcp = async (body, headers, signal) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      return OK(body, headers, signal)
    }
    const found = await answers([Array.from({ length: 200 }, (_, id) => ask(id)).join('')], to)
    expect([found.length, most]).toEqual([200, 16])
  })
})
