import fastify from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { until } from '../../test/until.ts'
import { piecewiseReplies } from './piecewise.ts'

const app = fastify()
afterEach(() => app.close())

test('a caller that hangs up before the first piece ends the work, so that its slot is free again', async () => {
  let begun = false
  let gone = false
  let ended = false
  let release = () => {}
  const firstPiece = new Promise<void>((resolve) => (release = resolve))
  const piecewise = piecewiseReplies(app)
  app.get('/', async (_request, reply) => {
    reply.raw.once('close', () => (gone = true))
    const text = await piecewise(reply, async function* () {
      try {
        begun = true
        await firstPiece
        yield 'first'
        yield 'second'
      } finally {
        ended = true
      }
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
