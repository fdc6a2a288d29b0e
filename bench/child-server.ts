import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { BENCH } from './limits.ts'

/** A server in a separate process. It is ready when `startChildServer` returns it. */
export interface ChildServer extends AsyncDisposable {
  readonly port: number
  /** Time from process start to the first 200 response of `readyPath`. */
  readonly readyMs: number
}

export interface ChildServerOptions {
  /** Arguments of `node`. */
  readonly args: (port: number) => readonly string[]
  readonly cwd: string
  readonly env: (port: number) => NodeJS.ProcessEnv
  readonly readyPath: string
}

export async function startChildServer({ args, cwd, env, readyPath }: ChildServerOptions): Promise<ChildServer> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, args(port), { cwd, env: env(port), stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  while (!(await isReady(port, readyPath))) {
    if (child.exitCode !== null)
      throw new Error(`The server exited with code ${child.exitCode} before it was ready: ${stderr}`)
    if (performance.now() - began > BENCH.readyAtMostMs) {
      child.kill('SIGKILL')
      throw new Error(`The server was not ready after ${BENCH.readyAtMostMs / 1000} s: ${stderr}`)
    }
    await sleep(BENCH.readyPollMs)
  }
  return { port, readyMs: performance.now() - began, [Symbol.asyncDispose]: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

function isReady(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path, agent: false }, (reply) => {
      reply.resume()
      resolve(reply.statusCode === 200)
    })
    request.on('error', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
