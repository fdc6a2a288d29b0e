import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Esbuild from '../apps/server/node_modules/esbuild/lib/main.js'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** Engines to compare with, and packages that the server does not bundle. Some of them contain native code. */
const EXTERNAL = ['json-rules-engine', '@gorules/zen-engine', 'better-sqlite3', '@node-rs/argon2']

export interface BundledChild<Work> extends AsyncDisposable {
  /** Does the work in a new process and returns the result. */
  run<Result>(work: Work): Promise<Result>
}

/**
 * Bundles a program of this folder in the same way as the product. Running it from source would be slower, because
 * the loader adds code that names each closure when it is created. The program's argument is a file that contains the
 * work as JSON. The program sends its result to the parent process.
 */
export async function bundledChild<Work>(
  source: string,
  { profileFolder, packagesOf = '.' }: { readonly profileFolder: string | null; readonly packagesOf?: string },
): Promise<BundledChild<Work>> {
  const { build } = createRequire(join(ROOT, 'apps/server/package.json'))('esbuild') as typeof Esbuild
  // The bundle is in a `node_modules` folder so that external packages resolve from there.
  const folder = join(ROOT, packagesOf, 'node_modules/.cache', `bench-${process.pid}-${basename(source, '.ts')}`)
  const program = join(folder, 'program.mjs')
  const file = join(folder, 'work.json')
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [join(ROOT, 'bench', source)],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: EXTERNAL,
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  return {
    run<Result>(work: Work) {
      writeFileSync(file, JSON.stringify(work))
      const execArgv = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
      const child = fork(program, [file], { execArgv })
      return new Promise<Result>((resolve, reject) => {
        let result: { readonly value: Result } | null = null
        child.once('message', (value) => (result = { value: value as Result }))
        child.once('error', reject)
        child.once('exit', (status) =>
          result === null
            ? reject(new Error(`${source} exited with code ${status} before it returned a result.`))
            : resolve(result.value),
        )
      })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
