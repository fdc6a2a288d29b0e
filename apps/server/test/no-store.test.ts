import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startMesh, type Mesh } from './start-mesh.ts'

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

test('no reply of the API, including tokens and errors, can be cached by a browser or a proxy', async () => {
  const form = (password: string) =>
    fetch(`${mesh.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({ username: mesh.first.owner, password }),
    })
  const { reader, agent } = mesh.first
  const replies = await Promise.all([
    form(PASSWORD),
    form('a wrong password'),
    mesh.nobody.post('/token/refresh', { refresh_token: 'x' }),
    mesh.nobody.post('/trpc/auth.signIn', { username: mesh.first.owner, password: PASSWORD }),
    mesh.nobody.get('/trpc/auth.status'),
    mesh.nobody.get('/logs'),
    reader.get('/logs'),
    reader.get('/alerts'),
    reader.get('/stats'),
    reader.get('/api/v1/logs'),
    reader.get('/api/v1/logs/export?format=csv'),
    reader.get('/api/v1/whoami'),
    agent.post('/log', { sender: 'a', payload: 'x' }),
    mesh.nobody.get('/health'),
    mesh.nobody.get('/nowhere'),
    mesh.nobody.get('/%'),
  ])
  for (const reply of replies) expect([reply.url, reply.headers.get('cache-control')]).toEqual([reply.url, 'no-store'])
})
