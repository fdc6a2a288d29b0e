import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { PASSWORD } from './start-mesh.ts'
import { until } from './until.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the built `main.js`, which `build-program.mjs` builds. */
    program: string
  }
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Server extends AsyncDisposable {
  readonly url: string
  readonly process: ChildProcess
  output(): string
  /** Sends the signal and resolves with the exit code when the process has exited. */
  end(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): Promise<number | null>
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
}

/** Runs the command line in separate processes, as users do. */
export interface Program extends AsyncDisposable {
  /** Returns the path of a data folder that does not exist yet. */
  folder(): string
  run(args: readonly string[], options?: RunOptions): Promise<Ended>
  /** The command that starts the program, for tests that need other input and output than pipes. */
  command(): readonly string[]
  /** Runs `user create` on this folder. */
  createUser(folder: string, username?: string, org?: string): Promise<Ended>
  /** Runs `key create` on this folder and returns the key. */
  createKey(folder: string, ...args: readonly string[]): Promise<string>
  /** Runs `serve` on a free port and resolves when it listens. */
  serve(folder: string, env?: Readonly<Record<string, string>>): Promise<Server>
}

/** Opens the built program with folders for one test file. */
export function openProgram(): Program {
  const data = mkdtempSync(join(tmpdir(), 'sentinelmesh-program-'))
  const file = inject('program')
  const running = new Set<ChildProcess>()
  let folders = 0

  function start(args: readonly string[], env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: data,
      env: { ...inherited(), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    running.add(child)
    const text = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (text.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (text.stderr += String(chunk)))
    child.stdin.on('error', () => {})
    const ended = new Promise<number | null>((resolve) =>
      child.once('close', (code) => {
        running.delete(child)
        resolve(code)
      }),
    )
    return { child, text, ended }
  }

  async function run(args: readonly string[], { env = {}, stdin = '' }: RunOptions = {}): Promise<Ended> {
    const { child, text, ended } = start(args, env)
    child.stdin.end(stdin)
    return { code: await ended, ...text }
  }

  return {
    run,
    command: () => [process.execPath, file],
    createUser: (folder, username = 'ada', org = 'Acme') =>
      run(['user', 'create', '--username', username, '--org', org], { env: inFolder(folder), stdin: `${PASSWORD}\n` }),
    async createKey(folder, ...args) {
      const { stdout, stderr } = await run(['key', 'create', ...args], { env: inFolder(folder) })
      if (stdout === '') throw new Error(stderr)
      return stdout.trim()
    },
    folder() {
      folders += 1
      return join(data, `data-${folders}`)
    },
    async serve(folder, env = {}) {
      const { child, text, ended } = start(['serve'], {
        SENTINELMESH_DATA_DIR: folder,
        SENTINELMESH_PORT: '0',
        ...env,
      })
      const url = () => /"url":"(http[^"]+)"/.exec(text.stdout)?.[1]
      await until(() => url() !== undefined || child.exitCode !== null, 'the server listens')
      const listening = url()
      if (listening === undefined) throw new Error(`the server did not start: ${text.stderr}${text.stdout}`)
      const end = (signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT') => {
        child.kill(signal)
        return ended
      }
      return {
        url: listening,
        process: child,
        output: () => text.stdout + text.stderr,
        end,
        async [Symbol.asyncDispose]() {
          if (child.exitCode === null && child.signalCode === null) await end('SIGKILL')
        },
      }
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL')
      await until(() => running.size === 0, 'every process has exited')
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** The environment of this process without our variables, since the program rejects unknown `SENTINELMESH_*` ones. */
export function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SENTINELMESH_')))
}

/** The environment of a command that uses this folder. */
export function inFolder(folder: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { SENTINELMESH_DATA_DIR: folder, ...more }
}

/** Waits for the setup link that the server writes to its folder. */
export async function linkIn(folder: string): Promise<string> {
  const file = join(folder, 'setup-link')
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), 'the setup link is written')
  return readFileSync(file, 'utf8').trim()
}
