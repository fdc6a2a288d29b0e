import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isSignedBy, PUBLIC_FILE, readOrMakeChainKey, readPublicKey, type SignedHead } from './chain-key.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-chain-key-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('the signature of a head covers every member of the head', () => {
  const signed = readOrMakeChainKey(folder).sign({ org: 'acme', seq: 7, head: 'a'.repeat(64) }, new Date(0))
  const publicKey = readPublicKey(readFileSync(join(folder, PUBLIC_FILE), 'utf8'))
  expect(isSignedBy(publicKey, signed)).toBe(true)

  const others: Omit<SignedHead, 'signature' | 'type'> = {
    org: 'other',
    seq: 8,
    head: 'b'.repeat(64),
    at: new Date(1).toISOString(),
    key_id: 'b'.repeat(16),
  }
  for (const [member, value] of Object.entries(others))
    expect([member, isSignedBy(publicKey, { ...signed, [member]: value })]).toEqual([member, false])
})
