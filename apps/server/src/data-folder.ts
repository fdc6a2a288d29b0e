import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import SQLite from 'better-sqlite3'
import { type ChainKey, readOrMakeChainKey } from './chain-key.ts'
import { ConfigError } from '@sentinelmesh/command-line/command-failed'
import { writeWhole } from './write-whole.ts'

/** Holds the set-up link if there is no terminal to print it on. */
export const SETUP_LINK_FILE = 'setup-link'
/** Lists erased entries, so that they are erased again from a restored backup. See `ErasureList`. */
export const ERASURES_FILE = 'erasures.ndjson'

export class FolderHeld extends Error {
  override readonly name = 'FolderHeld'
}

/**
 * The data folder while this process holds it: mode 0700, one holder at a time. The lock is a SQLite file with an open
 * exclusive transaction. The operating system releases it however the process ends, whereas a file with a process id
 * would remain after SIGKILL.
 */
export interface DataFolder {
  readonly path: string
  /** The secret that signs access tokens. Created at the first start, mode 0600. */
  readonly signingKey: Buffer
  /** Signs chain heads. Created at the first start. */
  readonly chainKey: ChainKey
  /** The path of the socket at which commands reach the process that holds the folder. */
  readonly socket: string
  /** Writes a file that only this user can read; returns its path. */
  writePrivate(name: string, text: string): string
  remove(name: string): void
  release(): void
}

/** Throws `FolderHeld` if another process holds the folder, and `ConfigError` if it cannot be used. */
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

/** The longest socket path that every supported system allows (Linux 108, macOS 104). */
const SOCKET_PATH_CHARS = 100

export function socketPath(dataDir: string): string {
  const beside = join(resolve(dataDir), 'server.sock')
  if (beside.length <= SOCKET_PATH_CHARS) return beside
  const folder = join(tmpdir(), `sentinelmesh-${process.getuid?.() ?? 0}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 32)}.sock`)
}
