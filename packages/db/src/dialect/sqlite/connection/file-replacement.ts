import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { FILE_REMOVED } from './errors.ts'

/**
 * The files that SQLite keeps open. If one is removed or replaced, SQLite does not notice and continues to write to the
 * open file, which disappears once it is closed. So each commit checks the file names again before it is acknowledged.
 */
const ENDS = ['', '-wal', '-shm'] as const

interface Identity {
  readonly device: bigint
  readonly inode: bigint
}

export interface FileReplacementCheck {
  /** Throws with the code `FILE_REMOVED` if a file was removed or replaced. Costs three calls of `stat`, 10 µs. */
  check(): void
}

/** Records the identity of the files. Call it right after opening the database. */
export function fileReplacementCheck(file: string): FileReplacementCheck {
  const known = ENDS.map((end) => identityOf(`${file}${end}`))
  return {
    check() {
      for (const [index, end] of ENDS.entries()) {
        const now = identityOf(`${file}${end}`)
        known[index] ??= now
        if (!isSame(known[index], now)) throw removed(end)
      }
    },
  }
}

export interface WatchedFiles {
  /** Whether a file was removed or replaced. It stays true, because writes may be lost already. */
  readonly areRemoved: boolean
  stop(): void
}

/** The asynchronous `fileReplacementCheck`, for a thread that must not block on a disk and for times without writes. */
export async function watchFiles(file: string, everyMs: number): Promise<WatchedFiles> {
  const readIdentities = () => Promise.all(ENDS.map((end) => identityOfAsync(`${file}${end}`)))
  const known = await readIdentities()
  let areRemoved = false
  let checking = false
  const compare = async () => {
    for (const [index, now] of (await readIdentities()).entries()) {
      known[index] ??= now
      areRemoved ||= !isSame(known[index], now)
    }
  }
  const timer = setInterval(() => {
    if (checking || areRemoved) return
    checking = true
    void compare()
      // The folder may have become unreadable, for example. The next write reports the error.
      .catch(() => undefined)
      .finally(() => {
        checking = false
      })
  }, everyMs)
  timer.unref()
  return {
    get areRemoved() {
      return areRemoved
    },
    stop: () => clearInterval(timer),
  }
}

function isSame(one: Identity | undefined, other: Identity | undefined): boolean {
  return one?.device === other?.device && one?.inode === other?.inode
}

function identityOf(path: string): Identity | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return { device: dev, inode: ino }
  } catch (error) {
    if (isMissing(error)) return undefined
    // The folder may not be readable, for example, so it is unknown whether the file exists.
    throw Object.assign(new Error(`${path} cannot be looked at.`, { cause: error }), { code: 'SQLITE_CANTOPEN' })
  }
}

async function identityOfAsync(path: string): Promise<Identity | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return { device: dev, inode: ino }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'ENOENT' || code === 'ENOTDIR'
}

function removed(end: string): Error {
  return Object.assign(new Error(`The database file${end} was removed or replaced.`), { code: FILE_REMOVED })
}
