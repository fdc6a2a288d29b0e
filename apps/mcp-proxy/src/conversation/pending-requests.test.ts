import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { pendingRequests, type PendingRequest } from './pending-requests.ts'

const request = (since: number, method = 'tools/call'): PendingRequest => ({
  method,
  target: null,
  callId: 'connection:1',
  named: null,
  cursor: null,
  taskId: null,
  trace: {},
  since,
})

test('a request is paired with one response', () => {
  const requests = pendingRequests(() => 0)
  requests.add(1, request(0))
  expect(requests.take('1')).toBeUndefined()
  expect(requests.take(1)?.method).toBe('tools/call')
  expect(requests.take(1)).toBeUndefined()
})

test('of two requests with the same id, the response belongs to the last', () => {
  const requests = pendingRequests(() => 0)
  requests.add(1, request(0, 'ping'))
  requests.add(1, request(0, 'tools/list'))
  expect(requests.get(1)?.method).toBe('tools/list')
})

test('beyond the limit the oldest request is dropped', () => {
  const requests = pendingRequests(() => 0)
  for (let id = 0; id <= LIMITS.pendingRequests; id += 1) requests.add(id, request(0))
  expect(requests.get(0)).toBeUndefined()
  expect(requests.get(1)).toBeDefined()
})

test('a request that was sent again counts as new', () => {
  const requests = pendingRequests(() => 0)
  for (let id = 0; id < LIMITS.pendingRequests; id += 1) requests.add(id, request(0))
  requests.add(0, request(0))
  requests.add('next', request(0))
  expect(requests.get(0)).toBeDefined()
  expect(requests.get(1)).toBeUndefined()
})

test('an old request is dropped when the next one is added', () => {
  let now = 0
  const requests = pendingRequests(() => now)
  requests.add('old', request(now))
  now += LIMITS.pendingRequestMs
  requests.add('new', request(now))
  expect(requests.get('old')).toBeUndefined()
  expect(requests.get('new')).toBeDefined()
})
