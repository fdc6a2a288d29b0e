import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { json } from './client.ts'
import { rawRequest } from './request.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

const PAGES = 'https://pages.example'
let mesh: Mesh
beforeAll(async () => (mesh = await startMesh({ settings: { CORS_ORIGINS: `${PAGES}, https://other.example` } })))
afterAll(() => mesh[Symbol.asyncDispose]())

describe('an error', () => {
  test('has its message in three fields, a code, and the request ID of the server log', async () => {
    const reply = await mesh.nobody.get('/nothing-here')
    expect(reply.status).toBe(404)
    expect(await reply.json()).toEqual({
      detail: 'Not Found',
      error: 'Not Found',
      message: 'Not Found',
      details: null,
      code: 'no_route',
      request_id: reply.headers.get('x-request-id'),
    })
  })

  test.each([
    ['GET', '/log', 'POST'],
    ['POST', '/logs', 'GET, HEAD'],
    ['DELETE', '/logs', 'GET, HEAD'],
    ['PUT', '/api/v1/logs', 'GET, HEAD, POST'],
    ['PATCH', '/api/v1/logs/some-id', 'GET, HEAD'],
    ['GET', '/register', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['GET', '/token/refresh', 'POST'],
  ])('of %s %s is 405 with the allowed methods (%s)', async (method, path, allow) => {
    const reply = await mesh.first.manager.request(method, path)
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe(allow)
    expect(await json(reply)).toMatchObject({ detail: 'Method Not Allowed', code: 'method_not_allowed' })
  })

  test.each(['/%', '/%zz', '/logs/%00', '/../etc/passwd', '/logs/', '//logs', '/api/v1/logs/%2e%2e', '/o/../../x'])(
    'for the path %s has a 4xx status and reveals no internals',
    async (path) => {
      const reply = await rawRequest(mesh.port, [`GET ${path} HTTP/1.1`])
      expect(reply.status).toBeGreaterThanOrEqual(400)
      expect(reply.status).toBeLessThan(500)
      expect(reply.body).not.toMatch(/node_modules|\.ts|fastify|at .*:\d+:\d+/i)
    },
  )
})

describe('CORS', () => {
  test('an allowed origin can read replies, including error replies', async () => {
    for (const [path, status] of [
      ['/health', 200],
      ['/logs', 401],
      ['/nothing', 404],
      ['/log', 405],
    ] as const) {
      const reply = await mesh.nobody.get(path, { origin: PAGES })
      expect(reply.status).toBe(status)
      expect(reply.headers.get('access-control-allow-origin')).toBe(PAGES)
      expect(reply.headers.get('vary')).toContain('Origin')
      expect(reply.headers.get('access-control-allow-credentials')).toBeNull()
    }
    const bad = await mesh.first.agent.post('/log', 'not json', { origin: PAGES })
    expect(bad.status).toBe(422)
    expect(bad.headers.get('access-control-allow-origin')).toBe(PAGES)
    const large = await mesh.first.agent.post('/log', 'x'.repeat(3 * 1024 * 1024), { origin: PAGES })
    expect(large.status).toBe(413)
    expect(large.headers.get('access-control-allow-origin')).toBe(PAGES)
  })

  test('a preflight needs no credential and can be cached for 600 s', async () => {
    const reply = await mesh.nobody.request('OPTIONS', '/log', {
      origin: PAGES,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type',
    })
    expect(reply.status).toBe(204)
    expect(reply.headers.get('access-control-allow-origin')).toBe(PAGES)
    expect(reply.headers.get('access-control-allow-methods')).toContain('POST')
    expect(reply.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(reply.headers.get('access-control-max-age')).toBe('600')
  })

  test.each(['https://evil.example', 'null', 'https://pages.example.evil.example', 'http://pages.example', 'nonsense'])(
    'origin %s gets no allow-origin header, not even on a preflight, and cannot write',
    async (origin) => {
      const read = await mesh.first.reader.get('/logs', { origin })
      expect(read.headers.get('access-control-allow-origin')).toBeNull()
      const preflight = await mesh.nobody.request('OPTIONS', '/log', {
        origin,
        'access-control-request-method': 'POST',
      })
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
      expect(preflight.headers.get('access-control-allow-methods')).toBeNull()
      const write = await mesh.first.agent.post('/log', { sender: 'a', payload: 'x' }, { origin })
      expect(write.status).toBe(403)
      expect(await json(write)).toMatchObject({ code: 'foreign_origin' })
    },
  )

  test('our own origin and an allowed origin can write with a key', async () => {
    for (const origin of [mesh.url, PAGES]) {
      const write = await mesh.first.agent.post('/log', { sender: 'a', payload: 'x' }, { origin })
      expect(write.status).toBe(200)
    }
  })

  test('a socket is refused for a foreign origin and opened for our own', async () => {
    for (const path of ['/ws/logs', '/trpc']) {
      using foreign = mesh.first.reader.socket(path, { headers: { origin: 'https://evil.example' } })
      expect(await foreign.opened()).toBe(403)
      using own = mesh.first.reader.socket(path, { headers: { origin: mesh.url } })
      expect(await own.opened()).toBe(101)
    }
  })
})

describe('the Host header', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '',
    '10.0.0.1:PORT',
  ])('%j is refused on every path (DNS rebinding)', async (host) => {
    const name = host.replace('PORT', String(mesh.port))
    for (const path of ['/health', '/logs', '/', '/openapi.json', '/trpc/auth.status']) {
      const reply = await rawRequest(mesh.port, [`GET ${path} HTTP/1.1`, `Host: ${name}`])
      expect(reply.status).toBe(403)
      expect(reply.body).toContain('"code":"foreign_host"')
    }
  })

  test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT', 'mesh.localhost:PORT'])(
    '%j is accepted',
    async (host) => {
      const name = host.replace('PORT', String(mesh.port))
      expect((await rawRequest(mesh.port, ['GET /health HTTP/1.1', `Host: ${name}`])).status).toBe(200)
    },
  )

  test('is not checked by /healthz and /readyz', async () => {
    for (const path of ['/healthz', '/readyz'])
      expect((await rawRequest(mesh.port, [`GET ${path} HTTP/1.1`, 'Host: anything.example'])).status).toBe(200)
  })

  test('must be ours to open a socket', async () => {
    for (const path of ['/ws/logs', '/trpc']) {
      using socket = mesh.first.reader.socket(path, { headers: { host: `evil.example:${mesh.port}` } })
      expect(await socket.opened()).toBe(403)
    }
  })

  test('can be the host of PUBLIC_URL', async () => {
    await using proxied = await startMesh({ bare: true, settings: { PUBLIC_URL: 'https://sentinel.example' } })
    const asked = (host: string) => rawRequest(proxied.port, ['GET /health HTTP/1.1', `Host: ${host}`])
    const reply = await asked('sentinel.example')
    expect(reply.status).toBe(200)
    expect(reply.headers['strict-transport-security']).toMatch(/max-age=\d+/)
    expect((await asked('other.example')).status).toBe(403)
  })
})

describe('every reply', () => {
  test.each(['/health', '/logs', '/nothing', '/docs', '/openapi.json', '/trpc/auth.status', '/'])(
    'of %s has the security headers',
    async (path) => {
      const { headers } = await mesh.nobody.get(path)
      const csp = headers.get('content-security-policy') ?? ''
      expect(csp).toContain("frame-ancestors 'none'")
      expect(csp).toContain("default-src 'none'")
      expect(csp).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

test('a stopped server accepts no requests', async () => {
  await using other = await startMesh({ bare: true })
  await other.stop()
  await expect(other.nobody.get('/health')).rejects.toThrow('fetch failed')
})
