import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { slotQueue } from '@sentinelmesh/flow/fair-queue'

const INFLATE = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

/** Inflates as many bodies at once as libuv has threads. The size of a body is known only after it is inflated. */
const inflating = slotQueue<null>({ perOwner: 4 })

/**
 * Inflates a request within its bounds and passes the size to `hold`. Throws `too_large`,
 * `unsupported_media_type`, `invalid_input`, and the errors of `hold`.
 */
export async function inflateBody(
  body: Buffer,
  encoding: string | undefined,
  hold: (bytes: number) => void,
): Promise<Buffer> {
  const inflated = await inflateToAnyRatio(body, encoding)
  if (inflated.length > LIMITS.inflateFreeBytes && inflated.length > LIMITS.inflateRatio * body.length) {
    throw new DomainError('too_large', {
      say: `The body inflates to more than ${LIMITS.inflateRatio} times its size. Send it in smaller parts or uncompressed.`,
      limit: 'inflateRatio',
      allowed: LIMITS.inflateRatio,
    })
  }
  if (inflated !== body) hold(inflated.length)
  return inflated
}

/** The same, without a limit on the ratio. */
export async function inflateToAnyRatio(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase()
  if (name === 'identity' || name === '') return body
  if (!Object.hasOwn(INFLATE, name)) {
    throw new DomainError('unsupported_media_type', {
      say: 'Content-Encoding has to be gzip, deflate or br, once, or absent.',
    })
  }
  const inflate = INFLATE[name as keyof typeof INFLATE]
  using _slot = await inflating.enter({ owner: null })
  try {
    return await inflate(body, { maxOutputLength: LIMITS.requestBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge()
    throw new DomainError('invalid_input', { say: `The body is not valid ${name}.` }, { cause: error })
  }
}

export function tooLarge(limit: 'requestBytes' | 'legacyRequestBytes' = 'requestBytes'): DomainError {
  return new DomainError('too_large', {
    say: `The request is larger than ${LIMITS[limit] / 1024 / 1024} MiB. Send fewer or smaller entries at a time.`,
    limit,
    allowed: LIMITS[limit],
  })
}

/** The error for a body that is longer than its route reads. */
export function bodyTooLarge(mostBytes: number): DomainError {
  if (mostBytes === LIMITS.requestBytes) return tooLarge('requestBytes')
  if (mostBytes === LIMITS.legacyRequestBytes) return tooLarge('legacyRequestBytes')
  const limit = mostBytes === LIMITS.mcpRequestBytes ? 'mcpRequestBytes' : 'signInBytes'
  return new DomainError('too_large', {
    say: `The request is larger than ${mostBytes / 1024} KiB, the limit ${limit} of this address.`,
    limit,
    allowed: mostBytes,
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 to text; a byte order mark is left out. Throws `invalid_input` on bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new DomainError('invalid_input', { say: 'The body is not valid UTF-8.' }, { cause: error })
  }
}
