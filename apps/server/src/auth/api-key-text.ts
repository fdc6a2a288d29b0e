import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const PREFIX = 'smk_'
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 256 bits take 43 digits of base 62, a CRC-32 takes 6. */
const SECRET_DIGITS = 43
const CHECK_DIGITS = 6
const SHAPE = /^smk_[0-9A-Za-z]{49}$/

/** `smk_`, 256 random bits, and a checksum that detects guesses and typing errors without a lookup. */
export function makeApiKey(): string {
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_DIGITS)
  return PREFIX + secret + check(secret)
}

export function isApiKeyShaped(text: string): boolean {
  return text.startsWith(PREFIX)
}

/** SHA-256 of a well-formed key; undefined when the checksum says that it is none. */
export function hashApiKey(key: string): Buffer | undefined {
  if (!SHAPE.test(key)) return undefined
  const secret = key.slice(PREFIX.length, -CHECK_DIGITS)
  return check(secret) === key.slice(-CHECK_DIGITS) ? sha256(key) : undefined
}

/** The part of a key that lists show, enough to distinguish two keys. */
export function hintOf(key: string): string {
  return `${key.slice(0, 8)}••••${key.slice(-4)}`
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function check(secret: string): string {
  return base62(BigInt(crc32(secret)), CHECK_DIGITS)
}

function base62(value: bigint, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest /= 62n) text = BASE62[Number(rest % 62n)] + text
  return text
}
