import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../test/until.ts'
import { streamedReplies } from './streamed-reply.ts'

let app: FastifyInstance
// Otherwise closing waits for the connections that `fetch` keeps open.
beforeEach(() => (app = fastify({ forceCloseConnections: true })))
afterEach(() => app.close())

test('each piece waits for a turn', async () => {
  const order: string[] = []
  const stream = streamedReplies(app)
  app.get('/', async (_request, reply) => {
    const text = await stream({
      reply,
      async turn() {
        order.push('turn')
      },
      async *begin() {
        for (const piece of ['a', 'b']) {
          order.push(piece)
          yield piece
        }
      },
    })
    return reply.send(text)
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })

  expect(await (await fetch(url)).text()).toBe('ab')
  expect(order).toEqual(['turn', 'a', 'turn', 'b', 'turn'])
})

test('a caller that disconnects before the first piece ends the work, which frees its slot', async () => {
  let begun = false
  let gone = false
  let ended = false
  let release = () => {}
  const firstPiece = new Promise<void>((resolve) => (release = resolve))
  const stream = streamedReplies(app)
  app.get('/', async (_request, reply) => {
    reply.raw.once('close', () => (gone = true))
    const text = await stream({
      reply,
      turn: () => undefined,
      async *begin() {
        try {
          begun = true
          await firstPiece
          yield 'first'
          yield 'second'
        } finally {
          ended = true
        }
      },
    })
    return reply.send(text)
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })

  const hangUp = new AbortController()
  const reply = fetch(url, { signal: hangUp.signal })
  await until(() => begun, 'the work begins')
  hangUp.abort()
  await expect(reply).rejects.toThrow('aborted')
  await until(() => gone, 'the server sees that the caller is gone')
  release()
  await until(() => ended, 'the work ends')
})
