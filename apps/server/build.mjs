// What a tarball ships: the program, its worker threads, the MCP proxy, the hook program, and the built pages.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildMain, buildThreads, THREADS } from './build-threads.mjs'

const here = import.meta.dirname
rmSync(join(here, 'dist'), { recursive: true, force: true })
await buildMain('dist')
await buildThreads('dist', THREADS)
for (const worker of ['writer-worker', 'reader-worker', 'text-worker']) {
  cpSync(join(here, `../../packages/db/dist/${worker}.js`), join(here, `dist/${worker}.js`))
}
cpSync(join(here, '../mcp-proxy/dist'), join(here, 'dist/mcp-proxy'), { recursive: true })
cpSync(join(here, '../hook/dist/sentinelmesh-hook.cjs'), join(here, 'dist/sentinelmesh-hook.cjs'))
cpSync(join(here, '../web/dist'), join(here, 'dist/web'), { recursive: true })
