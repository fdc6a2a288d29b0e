import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '../../..')
const BUILT = join(ROOT, 'apps/server/dist/main.js')
/** Runs the server from its sources, with the pages of the last `vite build`, for work on both at once. */
const FROM_SOURCE = process.env['E2E_FROM_SOURCE'] === '1'
const COMMAND = FROM_SOURCE ? ['--import', 'tsx', join(ROOT, 'apps/server/src/main.ts')] : [BUILT]
const START_MS = 30_000

export const PASSWORD = 'correct horse battery'

/** The server in its own process and folder. */
export interface TestServer extends AsyncDisposable {
  readonly url: string
  /** The address `/setup#…` that the server wrote to its folder. */
  setUpLink(): Promise<string>
  /** Sends SIGKILL, so nothing is cleaned up. */
  kill(): Promise<void>
  /** Starts the server again with the same folder and port. */
  start(): Promise<void>
  /** Creates a user with the command line, as the owner of the machine would. The password is `PASSWORD`. */
  createUser(username: string, org: string, role: string): Promise<void>
  report(key: string, entries: readonly object[]): Promise<{ results: { log_id: string; risk: number }[] }>
}

export async function startServer(): Promise<TestServer> {
  if (!FROM_SOURCE && !existsSync(BUILT)) throw new Error('The server is not built. Run: pnpm run build')
  const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-e2e-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log = join(folder, 'server.log')
  let child: ChildProcess | undefined

  const server: TestServer = {
    url,
    async setUpLink() {
      const file = join(folder, 'setup-link')
      // The file is written a moment after the server starts to answer.
      for (const until = Date.now() + START_MS; !existsSync(file) && Date.now() < until;) await sleep(50)
      return readFileSync(file, 'utf8').trim()
    },
    async kill() {
      const gone = new Promise((resolve) => child?.once('exit', resolve))
      child?.kill('SIGKILL')
      await gone
    },
    async start() {
      const output = openSync(log, 'a')
      child = spawn(process.execPath, [...COMMAND, 'serve'], {
        cwd: ROOT,
        env: { PATH: process.env['PATH'], SENTINELMESH_DATA_DIR: folder, SENTINELMESH_PORT: String(port) },
        stdio: ['ignore', output, output],
      })
      closeSync(output)
      await ready(url, child)
    },
    async createUser(username, org, role) {
      const command = spawn(
        process.execPath,
        [...COMMAND, 'user', 'create', '--username', username, '--org', org, '--role', role],
        {
          cwd: ROOT,
          env: { PATH: process.env['PATH'], SENTINELMESH_DATA_DIR: folder },
          stdio: ['pipe', 'ignore', 'pipe'],
        },
      )
      command.stdin.end(`${PASSWORD}\n`)
      const [said, code] = await Promise.all([
        text(command.stderr),
        new Promise<number | null>((resolve) => command.once('exit', resolve)),
      ])
      if (code !== 0) throw new Error(`The user was not created: ${said}`)
    },
    async report(key, entries) {
      const reply = await fetch(`${url}/api/v1/logs`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(entries),
      })
      if (!reply.ok)
        throw new Error(`The entries were refused: ${await reply.text()}
${readFileSync(log, 'utf8').slice(-3_000)}`)
      return (await reply.json()) as Awaited<ReturnType<TestServer['report']>>
    },
    async [Symbol.asyncDispose]() {
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until;) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode} before it was ready.`)
    const reply = await fetch(`${url}/readyz`).catch(() => undefined)
    if (reply?.ok === true) return
    await sleep(100)
  }
  throw new Error('The server was not ready in time.')
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
