import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Esbuild from '../apps/server/node_modules/esbuild/lib/main.js'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** Peers of the engine, and what the server is shipped beside: not all of them are JavaScript. */
const EXTERNAL = ['json-rules-engine', '@gorules/zen-engine', 'better-sqlite3', '@node-rs/argon2']

export interface BundledChild<Work> extends AsyncDisposable {
  /** Does the work in a new process and gives what it answers. */
  run<Answer>(work: Work): Promise<Answer>
}

/**
 * Builds a program of this folder as the product is built: run from its sources, each closure that is made is given its
 * name first, which costs time. The program is called with a file that holds the work as JSON, and sends its answer.
 */
export async function bundledChild<Work>(
  source: string,
  { profileFolder, packagesOf = '.' }: { readonly profileFolder: string | null; readonly packagesOf?: string },
): Promise<BundledChild<Work>> {
  const { build } = createRequire(join(ROOT, 'apps/server/package.json'))('esbuild') as typeof Esbuild
  // Inside the modules of a package, so that what stays a package is found from there.
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
    run<Answer>(work: Work) {
      writeFileSync(file, JSON.stringify(work))
      const execArgv = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]
      const child = fork(program, [file], { execArgv })
      return new Promise<Answer>((resolve, reject) => {
        let answer: { readonly it: Answer } | null = null
        child.once('message', (it) => (answer = { it: it as Answer }))
        child.once('error', reject)
        child.once('exit', (status) =>
          answer === null
            ? reject(new Error(`A measuring process ended with ${status} and no answer`))
            : resolve(answer.it),
        )
      })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
