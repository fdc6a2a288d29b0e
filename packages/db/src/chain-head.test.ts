import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { HASH_BYTES, headAfter } from './chain-head.ts'

const hex = (value: number) => value.toString(16).padStart(16, '0')

test('a chain head is SHA-256 over the previous head, both positions as 64 bits, and the root', () => {
  const [before, root] = [Buffer.alloc(HASH_BYTES, 1), Buffer.alloc(HASH_BYTES, 2)]
  const [from, to] = [3, 2 ** 40]
  const text = `${before.toString('hex')}${hex(from)}${hex(to)}${root.toString('hex')}`
  const expected = createHash('sha256').update(Buffer.from(text, 'hex')).digest('hex')

  expect(headAfter(before, from, to, root).toString('hex')).toBe(expected)
})
