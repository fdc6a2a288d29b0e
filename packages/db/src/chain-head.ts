import { hash } from 'node:crypto'

/** SHA-256. */
export const HASH_BYTES = 32

/** The head of a chain after a link: the hash of the head before it, the positions that it covers, and their root. */
export function headAfter(before: Uint8Array, from: number, to: number, root: Uint8Array): Buffer {
  const link = Buffer.allocUnsafe(2 * HASH_BYTES + 16)
  link.set(before, 0)
  link.writeBigUInt64BE(BigInt(from), HASH_BYTES)
  link.writeBigUInt64BE(BigInt(to), HASH_BYTES + 8)
  link.set(root, HASH_BYTES + 16)
  return hash('sha256', link, 'buffer')
}
