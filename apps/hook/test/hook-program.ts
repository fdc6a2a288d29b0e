import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { placesUnder } from '../src/places.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Call {
  readonly input?: string | Uint8Array
  /** Leaves standard input open. */
  readonly open?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** A user of the program, with a separate home and a separate administrator's file. */
export interface User {
  readonly home: string
  readonly managedFile: string
  readonly userFile: string
  readonly spoolFolder: string
  /** Writes the user's settings, by default with a file mode that the program accepts. */
  settings(settings: object, mode?: number): void
  run(args: readonly string[], call?: Call): Promise<Ended>
}

/** The program as agents start it, except for the locations of its files. */
export interface HookProgram extends AsyncDisposable {
  user(): User
}

/** Imports the build script when a test starts, so that the types of esbuild are not needed here. */
export async function buildHookProgram(): Promise<HookProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-hook-'))
  const file = join(folder, 'hook.cjs')
  const { bundle } = (await import('../build.mjs' as string)) as {
    bundle(entry: string, outfile: string): Promise<void>
  }
  await bundle(join(import.meta.dirname, 'entry.ts'), file)
  const running = new Set<ReturnType<typeof spawn>>()
  let users = 0

  function start(args: readonly string[], { input = '', open = false, env = {} }: Call): Promise<Ended> {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SENTINELMESH_'))
    const child = spawn(process.execPath, [file, ...args], { env: { ...Object.fromEntries(inherited), ...env } })
    running.add(child)
    const text = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (text.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (text.stderr += String(chunk)))
    child.stdin.on('error', () => {})
    if (open) child.stdin.write(input)
    else child.stdin.end(input)
    return new Promise((resolve) =>
      child.once('close', (code) => {
        running.delete(child)
        resolve({ code, ...text })
      }),
    )
  }

  return {
    user() {
      users += 1
      const home = join(folder, `home-${users}`)
      const managedFile = join(folder, `managed-${users}.json`)
      const { userFile, spoolFolder } = placesUnder(home)
      if (userFile === null || spoolFolder === null) throw new Error('there is a home')
      return {
        home,
        managedFile,
        userFile,
        spoolFolder,
        settings(settings, mode = 0o600) {
          mkdirSync(dirname(userFile), { recursive: true })
          writeFileSync(userFile, JSON.stringify(settings), { mode })
        },
        run: (args, call = {}) => start([home, managedFile, ...args], call),
      }
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
