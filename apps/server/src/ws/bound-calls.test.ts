import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { boundCalls } from './bound-calls.ts'
import { encoder } from './encode.ts'

const ALLOWED = 3
const call = (id: number, method = 'query') => ({ id, method, params: { path: 'any' } })

/** The bound of one socket. Its peer takes replies when the test calls `take`. */
function bounded() {
  let refusals = 0
  const taking: (() => void)[] = []
  const bound = boundCalls(encoder, {
    allowed: ALLOWED,
    taken: () => new Promise((resolve) => taking.push(resolve)),
    refuse: () => (refusals += 1),
  })
  return {
    refusals: () => refusals,
    receive: (message: unknown) => bound.decode(JSON.stringify(message)),
    async reply(message: object) {
      bound.encode(message)
      await nextTurn()
    },
    async take() {
      for (const resolve of taking.splice(0)) resolve()
      await nextTurn()
    },
  }
}

test('a batch counts as the calls that it holds, and none of a batch that is too large is called', () => {
  const { receive, refusals } = bounded()
  expect(receive([1, 2, 3, 4].map((id) => call(id)))).toEqual([])
  expect(refusals()).toBe(1)
  expect(receive([1, 2, 3].map((id) => call(id)))).toHaveLength(3)
  expect(receive(call(4))).toEqual([])
  expect(refusals()).toBe(2)
})

test('a call counts until the peer has taken its reply', async () => {
  const { receive, reply, take, refusals } = bounded()
  for (let id = 0; id < ALLOWED; id++) receive(call(id))
  await reply({ id: 0, result: { type: 'data', data: null } })
  await reply({ id: 1, error: { message: 'no', code: -32603, data: {} } })
  receive(call(4))
  expect(refusals()).toBe(1)
  await take()
  receive(call(4))
  receive(call(5))
  expect(refusals()).toBe(1)
  receive(call(6))
  expect(refusals()).toBe(2)
})

test('the id of a failed subscription counts again when another call uses it', async () => {
  const { receive, reply, take, refusals } = bounded()
  receive(call(1, 'subscription'))
  await reply({ id: 1, result: { type: 'started' } })
  await take()
  await reply({ id: 1, error: { code: -32_603, message: 'It failed.' } })
  for (let again = 0; again <= ALLOWED; again++) {
    receive(call(1))
    await reply({ id: 1, result: { type: 'data', data: null } })
    await take()
  }
  expect(refusals()).toBe(0)
})

test('a subscription counts until it has started, whatever it sends after that', async () => {
  const { receive, reply, take, refusals } = bounded()
  receive([call(1, 'subscription'), call(2), call(3)])
  await reply({ id: 1, result: { type: 'started' } })
  for (let n = 0; n < 10; n++) await reply({ id: 1, result: { type: 'data', data: n } })
  await reply({ id: 1, error: { message: 'no', code: -32603, data: {} } })
  await reply({ id: 1, result: { type: 'stopped' } })
  await take()
  receive(call(4))
  expect(refusals()).toBe(0)
  receive(call(5))
  expect(refusals()).toBe(1)
})

test('messages that are not calls do not count', () => {
  const { receive, refusals } = bounded()
  for (let n = 0; n < 10; n++) {
    receive({ method: 'connectionParams', data: { org: 'acme' } })
    receive({ id: n, method: 'subscription.stop' })
    receive([call(n), { id: {}, method: 'query' }])
  }
  expect(refusals()).toBe(0)
})
