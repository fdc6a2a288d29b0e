import { hash } from 'node:crypto'

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32

/** The head of a chain after a link: a hash of the previous head, the link's first and last position, and its root. */
export function headAfter(before: Uint8Array, from: number, to: number, root: Uint8Array): Buffer {
  const link = Buffer.allocUnsafe(2 * HASH_BYTES + 16)
  link.set(before, 0)
  link.writeBigUInt64BE(BigInt(from), HASH_BYTES)
  link.writeBigUInt64BE(BigInt(to), HASH_BYTES + 8)
  link.set(root, HASH_BYTES + 16)
  return hash('sha256', link, 'buffer')
}
