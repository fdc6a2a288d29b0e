import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from './sha256.ts'

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 10_000])(
  'a text of %i characters has the hash of node:crypto',
  (length) => {
    for (const text of ['x'.repeat(length), 'é😀\0'.repeat(length).slice(0, length)]) {
      const utf8 = new TextEncoder().encode(text)
      expect(sha256(text)).toBe(createHash('sha256').update(utf8).digest('hex'))
    }
  },
)
