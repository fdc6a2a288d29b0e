import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startChildServer, type ChildServer } from './child-server.ts'
import { LOOP_SAMPLE_MS } from './limits.ts'

/** The built program, as it is shipped. */
export const PROGRAM = fileURLToPath(new URL('../apps/server/dist/main.js', import.meta.url))

/** The database's file name in a data folder. */
export const DATABASE = 'sentinelmesh.db'

export interface Program {
  readonly file: string
  /** The data folder. */
  readonly folder: string
  readonly profileFolder?: string | null
}

export interface SentinelMesh extends ChildServer {
  metrics(): Promise<Metrics>
  /** Returns the last position in the log of the key's org. */
  head(key: string): Promise<number>
}

export interface Metrics {
  readonly residentBytes: number
  /** CPU time of all threads since the process started. */
  readonly cpuSeconds: number
  /** The backlog of the full-text index, in entries. */
  readonly indexBehind: number
  /** The 99th percentile of the event-loop delay since the metrics were last read. */
  readonly loopDelayMs: number
}

export async function startSentinelMesh(program: Program): Promise<SentinelMesh> {
  const profile = program.profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${program.profileFolder}`] : []
  const server = await startChildServer({
    args: () => [...profile, program.file, 'serve'],
    cwd: program.folder,
    env: (port) => ({ ...environment(program), SENTINELMESH_PORT: String(port) }),
    readyPath: '/readyz',
  })
  return {
    ...server,
    async head(key) {
      const reply = await fetch(`http://127.0.0.1:${server.port}/api/v1/logs?limit=1`, {
        headers: { 'x-api-key': key },
      })
      if (!reply.ok) throw new Error(`GET /api/v1/logs returned ${reply.status}: ${await reply.text()}`)
      return Number.parseInt(((await reply.json()) as { head: string }).head.slice(1), 36)
    },
    async metrics() {
      const reply = await fetch(`http://127.0.0.1:${server.port}/metrics`)
      const lines = await reply.text()
      const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(lines)?.[1] ?? Number.NaN)
      return {
        residentBytes: value('process_resident_memory_bytes'),
        cpuSeconds: value('process_cpu_seconds_total'),
        indexBehind: value('sentinelmesh_text_index_behind_entries'),
        loopDelayMs: value('nodejs_eventloop_lag_p99_seconds') * 1000 - LOOP_SAMPLE_MS,
      }
    },
  }
}

/** Creates an org and its owner through the CLI, as a user would, and returns a key that can ingest. */
export async function makeKey(program: Program): Promise<string> {
  await createUser(program, 'bench', 'bench', 'a password of a benchmark')
  return await createKey(program, 'ingest')
}

/** Creates an organization and its owner. */
export async function createUser(program: Program, username: string, org: string, password: string): Promise<void> {
  await command(program, ['user', 'create', '--username', username, '--org', org], `${password}\n`)
}

/** Creates a key for the named organization. The name is optional if there is only one organization. */
export async function createKey(
  program: Program,
  scope: 'ingest' | 'read' | 'verdict' | 'manage',
  org?: string,
): Promise<string> {
  const of = org === undefined ? [] : ['--org', org]
  return (await command(program, ['key', 'create', '--name', 'bench', '--scope', scope, ...of], '')).trim()
}

async function command(program: Program, args: readonly string[], input: string): Promise<string> {
  const child = spawn(process.execPath, [program.file, ...args], {
    cwd: program.folder,
    env: environment(program),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`sentinelmesh ${args.slice(0, 2).join(' ')} exited with code ${code}.`)
  return output
}

/** Drops `SENTINELMESH_*` variables of the caller's environment, so that they do not affect the server. */
function environment({ folder }: Program): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SENTINELMESH_'))
  return { ...Object.fromEntries(others), SENTINELMESH_DATA_DIR: folder }
}

export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'sentinelmesh-bench-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
