// The program, and in files of their own what it loads when it is first asked for; its worker threads, the MCP
// proxy, and the hook program beside it, and the built pages: what a tarball ships.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { BUNDLE, buildThreads, THREADS } from './build-threads.mjs'

const here = import.meta.dirname
rmSync(join(here, 'dist'), { recursive: true, force: true })
await build({
  ...BUNDLE,
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  splitting: true,
  // Native parts stay packages; everything else is in the file.
  external: ['better-sqlite3', '@node-rs/argon2'],
})
await buildThreads('dist', THREADS)
for (const worker of ['writer-worker', 'reader-worker', 'text-worker']) {
  cpSync(join(here, `../../packages/db/dist/${worker}.js`), join(here, `dist/${worker}.js`))
}
cpSync(join(here, '../mcp-proxy/dist'), join(here, 'dist/mcp-proxy'), { recursive: true })
cpSync(join(here, '../hook/dist/sentinelmesh-hook.cjs'), join(here, 'dist/sentinelmesh-hook.cjs'))
cpSync(join(here, '../web/dist'), join(here, 'dist/web'), { recursive: true })
