import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import SQLite from 'better-sqlite3'
import { type ChainKey, readOrMakeChainKey } from './chain-key.ts'
import { ConfigError } from '@sentinelmesh/command-line/command-failed'
import { writeWhole } from './write-whole.ts'

/** Where the set-up link stands where there is no terminal to print it on. */
export const SETUP_LINK_FILE = 'setup-link'
/** What was erased, for back-ups from before: see `ErasureList`. */
export const ERASURES_FILE = 'erasures.ndjson'

export class FolderHeld extends Error {
  override readonly name = 'FolderHeld'
}

/**
 * The data folder while this process holds it: mode 0700, one holder at a time. The lock is a SQLite file with an
 * open exclusive transaction, because the system frees it whatever way the process ends; a file with a process id
 * would stay behind after SIGKILL.
 */
export interface DataFolder {
  readonly path: string
  /** Secret of access tokens, made at first start, mode 0600. */
  readonly signingKey: Buffer
  /** Signs the heads of the chains, made at first start. */
  readonly chainKey: ChainKey
  /** Where commands reach the process that holds the folder. */
  readonly socket: string
  /** Writes a file that only this user can read; returns its path. */
  writePrivate(name: string, text: string): string
  remove(name: string): void
  release(): void
}

/** Throws `FolderHeld` when another process holds it, `ConfigError` when it cannot be used. */
export function openDataFolder(path: string): DataFolder {
  makeFolder(path)
  const lock = takeLock(join(path, 'lock'))
  return {
    path,
    signingKey: readOrMakeKey(join(path, 'signing-key')),
    chainKey: readOrMakeChainKey(path),
    socket: socketPath(path),
    writePrivate(name, text) {
      const file = join(path, name)
      writeFileSync(file, text, { mode: 0o600 })
      chmodSync(file, 0o600)
      return file
    },
    remove: (name) => rmSync(join(path, name), { force: true }),
    release: () => lock.close(),
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
    throw new ConfigError(
      `SENTINELMESH_DATA_DIR: ${path} cannot be the data folder (${code}). Name a folder that belongs to this user, or one that can be made.`,
    )
  }
}

function takeLock(file: string): SQLite.Database {
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 })
  const lock = new SQLite(file, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new FolderHeld('Another SentinelMesh process holds this data folder.', { cause: error })
  }
  return lock
}

function readOrMakeKey(file: string): Buffer {
  if (!existsSync(file)) writeWhole(file, randomBytes(32).toString('base64'))
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (key.length !== 32)
    throw new Error(
      `${file} is damaged: it has to hold 32 bytes in base64. Remove it to have a new one made; every access token ends then.`,
    )
  return key
}

/** A path of a socket may be no longer than this on every system that matters (Linux 108, macOS 104). */
const SOCKET_PATH_CHARS = 100

export function socketPath(dataDir: string): string {
  const beside = join(resolve(dataDir), 'server.sock')
  if (beside.length <= SOCKET_PATH_CHARS) return beside
  const folder = join(tmpdir(), `sentinelmesh-${process.getuid?.() ?? 0}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 32)}.sock`)
}
