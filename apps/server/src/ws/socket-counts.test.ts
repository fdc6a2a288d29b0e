import { expect, test } from 'vitest'
import type { Principal } from '@sentinelmesh/api'
import { socketCounts, type SocketCounts } from './socket-counts.ts'

const MOST = { sockets: 8, socketsOrgShare: 0.5, socketsPerPrincipal: 3, socketsWithoutCredential: 2 }

function user(userId: number, org: number): Principal {
  const about = { id: org, uid: `o${org}`, name: `Org ${org}`, slug: `org-${org}` }
  return { type: 'user', org: about, userId, username: `u${userId}`, role: 'viewer' }
}

const open = (counts: SocketCounts, principal: Principal | null, remoteAddress = '192.0.2.1') =>
  counts.add({ principal, remoteAddress })

/** Returns how many of ten sockets are admitted. */
function letIn(counts: SocketCounts, peerOf: (index: number) => [Principal | null, string?]): number {
  return Array.from({ length: 10 }, (_, index) => open(counts, ...peerOf(index))).filter(
    (added) => typeof added !== 'string',
  ).length
}

test('the WebSockets of a credential, of an organization, and of all together are limited', () => {
  const counts = socketCounts(MOST)
  expect(letIn(counts, () => [user(1, 1)])).toBe(3)
  expect(open(counts, user(1, 1))).toBe('At most 3 WebSockets can be open (limit socketsPerPrincipal).')
  expect(letIn(counts, (index) => [user(10 + index, 1)])).toBe(1)
  expect(open(counts, user(2, 1))).toBe('At most 4 WebSockets can be open (limit socketsOrgShare).')
  expect(letIn(counts, (index) => [user(20 + index, 2 + index)])).toBe(4)
  expect(open(counts, user(99, 99))).toBe('At most 8 WebSockets can be open (limit sockets).')
})

test('WebSockets without a credential are few, whatever addresses of one network they come from', () => {
  const counts = socketCounts({ ...MOST, socketsPerPrincipal: 1 })
  expect(letIn(counts, (index) => [null, `2001:db8::${index + 1}`])).toBe(1)
  expect(letIn(counts, (index) => [null, `192.0.2.${index + 1}`])).toBe(1)
  expect(open(counts, null, '198.51.100.1')).toBe('At most 2 WebSockets can be open (limit socketsWithoutCredential).')
  expect(letIn(counts, () => [user(1, 1)])).toBe(1)
})

test('a closed WebSocket makes room for another', () => {
  const counts = socketCounts({ ...MOST, sockets: 2, socketsPerPrincipal: 1 })
  const first = open(counts, user(1, 1))
  expect(open(counts, user(1, 1))).toMatch(/socketsPerPrincipal/)
  if (typeof first !== 'string') first()
  expect(letIn(counts, () => [user(1, 1)])).toBe(1)
})
