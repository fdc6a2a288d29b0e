import { cpSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Esbuild from '../apps/server/node_modules/esbuild/lib/main.js'

const SERVER = fileURLToPath(new URL('../apps/server/', import.meta.url))
/** The bundle is in the server's `node_modules` so that external packages resolve from there. */
const OUT = join(SERVER, 'node_modules/.cache/bench')

/**
 * Builds the server like `apps/server/build.mjs`, but with an empty list of built-in rules. Returns the path of the
 * program.
 */
export async function buildWithoutRules(): Promise<string> {
  const { build } = createRequire(join(SERVER, 'package.json'))('esbuild') as typeof Esbuild
  mkdirSync(OUT, { recursive: true })
  await build({
    entryPoints: { main: 'src/main.ts' },
    absWorkingDir: SERVER,
    outdir: OUT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['better-sqlite3', '@node-rs/argon2'],
    alias: { '@sentinelmesh/rules/builtin': fileURLToPath(new URL('no-rules.ts', import.meta.url)) },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  for (const artifact of [
    'writer-worker.js',
    'reader-worker.js',
    'text-worker.js',
    'judge-thread.js',
    'rules-thread.js',
    'web',
  ])
    cpSync(join(SERVER, 'dist', artifact), join(OUT, artifact), { recursive: true })
  return join(OUT, 'main.js')
}
