import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { readCookie } from '../../auth/credentials.ts'

/** Paths of pages. The prefix `/o/` avoids a conflict with the seed's `/logs`, `/alerts`, and `/stats`. */
const PAGES = ['/', '/setup', '/sign-in', '/o/*'] as const

/**
 * Serves the built dashboard. It is one HTML file. A cookie that is not secret sets the theme before the first paint.
 */
export async function webRoutes(app: FastifyInstance, folder: string): Promise<void> {
  const file = join(folder, 'index.html')
  if (!existsSync(file)) {
    app.get('/', async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .send('SentinelMesh is running, but its pages are not built. Build them with: pnpm run build\n'),
    )
    return
  }
  const html = readFileSync(file, 'utf8')
  await app.register(fastifyStatic, { root: folder, wildcard: false, index: false, immutable: true, maxAge: '365d' })
  for (const path of PAGES) {
    app.get(path, async (request, reply) => {
      const theme = readCookie(request.headers.cookie, 'sm_theme')
      const themed = theme === 'light' || theme === 'dark' ? html.replace('<html', `<html data-theme="${theme}"`) : html
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(themed)
    })
  }
}
