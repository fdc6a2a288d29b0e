import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChainHead } from '@sentinelmesh/db'
import { writeWhole } from './write-whole.ts'

/** PKCS #8 PEM, mode 0600. The public key is in a file beside it, for anyone who verifies published heads. */
const PRIVATE_FILE = 'chain-key'
export const PUBLIC_FILE = 'chain-key.pub'

/** The key that signs this installation's heads. */
export interface ChainKey {
  readonly id: string
  sign(head: ChainHead, at: Date): SignedHead
}

/** A published head. `docs/integrity.md` explains how to verify one without this program. */
export interface SignedHead extends ChainHead {
  readonly at: string
  readonly key_id: string
  readonly signature: string
  readonly type: typeof TYPE
}

const TYPE = 'sentinelmesh.head.v1'

/** Creates the key at the first start. Throws if the file is damaged: a new key would not match published heads. */
export function readOrMakeChainKey(folder: string): ChainKey {
  const file = join(folder, PRIVATE_FILE)
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeWhole(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  }
  const key = readKey(file)
  const publicKey = createPublicKey(key)
  const id = idOf(publicKey)
  const text = publicKey.export({ type: 'spki', format: 'pem' })
  const beside = join(folder, PUBLIC_FILE)
  if (!existsSync(beside) || readFileSync(beside, 'utf8') !== text) writeFileSync(beside, text, { mode: 0o644 })
  return {
    id,
    sign(head, at) {
      const unsigned = { ...toFields(head), at: at.toISOString(), key_id: id }
      return { ...unsigned, signature: sign(null, messageOf(unsigned), key).toString('base64'), type: TYPE }
    },
  }
}

function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /^ERR_(OSSL|CRYPTO)/.test(String(error.code)))) throw error
  }
  throw new Error(
    `${file} is damaged: it has to hold an Ed25519 key in PEM. Put it back from a copy, or remove it to have a new one made; keep ${PUBLIC_FILE} then, for what was published before.`,
  )
}

/** Throws if the text contains no Ed25519 key. */
export function readPublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key')
  return key
}

export function idOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}

export function isSignedBy(publicKey: KeyObject, head: SignedHead): boolean {
  return verify(null, messageOf(head), publicKey, Buffer.from(head.signature, 'base64'))
}

export function toLine(head: SignedHead): string {
  const { at, head: digest, key_id, org, seq, signature, type } = head
  return `${JSON.stringify({ at, head: digest, key_id, org, seq, signature, type })}\n`
}

/** Undefined if the line is not a head. */
export function parseLine(line: string): SignedHead | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { at, head, key_id, org, seq, signature, type } = value as Record<string, unknown>
  if (type !== TYPE || typeof seq !== 'number' || !Number.isSafeInteger(seq)) return undefined
  if (typeof head !== 'string' || !/^[0-9a-f]{64}$/.test(head)) return undefined
  if (typeof at !== 'string' || typeof key_id !== 'string') return undefined
  if (typeof org !== 'string' || typeof signature !== 'string') return undefined
  return { at, head, key_id, org, seq, signature, type }
}

/** The signed bytes: the line without its signature, as canonical JSON (RFC 8785). */
function messageOf({ at, head, key_id, org, seq }: Omit<SignedHead, 'signature' | 'type'>): Buffer {
  return Buffer.from(JSON.stringify({ at, head, key_id, org, seq, type: TYPE }))
}

const toFields = ({ org, seq, head }: ChainHead): ChainHead => ({ org, seq, head })
