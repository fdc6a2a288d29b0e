// The program, and in files of their own what it loads when it is first asked for; its worker threads and the hook
// program beside it, and the built pages: what a tarball ships.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { buildThreads, THREADS } from './build-threads.mjs'

const here = import.meta.dirname
rmSync(join(here, 'dist'), { recursive: true, force: true })
await build({
  entryPoints: { main: 'src/main.ts' },
  absWorkingDir: here,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Native parts stay packages; everything else is in the file.
  external: ['better-sqlite3', '@node-rs/argon2'],
  // Some libraries inside are CommonJS and call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  // Identifiers stay, so that a stack names functions; blanks and long forms go: the text of the program is memory.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  logLevel: 'warning',
})
await buildThreads('dist', THREADS)
for (const worker of ['writer-worker', 'reader-worker', 'text-worker']) {
  cpSync(join(here, `../../packages/db/dist/${worker}.js`), join(here, `dist/${worker}.js`))
}
cpSync(join(here, '../hook/dist/sentinelmesh-hook.cjs'), join(here, 'dist/sentinelmesh-hook.cjs'))
cpSync(join(here, '../web/dist'), join(here, 'dist/web'), { recursive: true })
