/**
 * The reference of `ingest-single`: a Fastify route that parses the same JSON, returns a body of the same size, and
 * does nothing else. Usage: `node --import tsx bench/bare-fastify.ts PORT BYTES`
 */
import { createRequire } from 'node:module'
import type * as Fastify from '../apps/server/node_modules/fastify/fastify.js'

// Load the server's copy of Fastify. A parent folder may contain another version.
const require = createRequire(new URL('../apps/server/package.json', import.meta.url))
const { fastify } = require('fastify') as typeof Fastify

const [port, bytes] = process.argv.slice(2).map(Number)
const overhead = JSON.stringify({ message: '' }).length
const message = 'x'.repeat(Math.max(0, (bytes ?? 0) - overhead))

const app = fastify()
app.get('/readyz', async () => ({ ready: true }))
app.post('/log', async () => ({ message }))
await app.listen({ host: '127.0.0.1', port: port ?? 0 })
process.on('SIGTERM', () => process.exit(0))
