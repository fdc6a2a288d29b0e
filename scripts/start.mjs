// Installs and builds changes, then runs the server in this process, so that signals reach it.
import { pnpm } from './pnpm.mjs'

console.error('SentinelMesh: installing and building what has changed (the first time takes a minute) …')
pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { quiet: !process.stderr.isTTY })
pnpm(['run', 'build'], { quiet: !process.stderr.isTTY })
const { main } = await import('../apps/server/dist/main.js')
await main(process.argv.slice(2))
