/**
 * The bound of `ingest-single`: a Fastify route that parses the same JSON and answers as many bytes, and does nothing
 * else. `node --import tsx bench/bare-fastify.ts PORT BYTES`
 */
import { createRequire } from 'node:module'
import type * as Fastify from '../apps/server/node_modules/fastify/fastify.js'

// The copy that the server uses, not another that a folder further up may have.
const require = createRequire(new URL('../apps/server/package.json', import.meta.url))
const { fastify } = require('fastify') as typeof Fastify

const [port, bytes] = process.argv.slice(2).map(Number)
const around = JSON.stringify({ message: '' }).length
const message = 'x'.repeat(Math.max(0, (bytes ?? 0) - around))

const app = fastify()
app.get('/readyz', async () => ({ ready: true }))
app.post('/log', async () => ({ message }))
await app.listen({ host: '127.0.0.1', port: port ?? 0 })
process.on('SIGTERM', () => process.exit(0))
