import type { LogId } from '@sentinelmesh/api'
import { randomBytes } from './random-bytes.ts'

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A UUIDv7 (RFC 9562 §5.7) of this millisecond. Ids of one millisecond are in no order; `seq` gives the order. */
export function uuidV7(nowMs: number): LogId {
  const random = randomBytes(10)
  const byte = (index: number) => HEX[random[index] ?? 0]
  const time = nowMs.toString(16).padStart(12, '0')
  const version = HEX[0x70 | ((random[0] ?? 0) & 0x0f)]
  const variant = HEX[0x80 | ((random[2] ?? 0) & 0x3f)]
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${byte(1)}-${variant}${byte(3)}-${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}` as LogId
}
