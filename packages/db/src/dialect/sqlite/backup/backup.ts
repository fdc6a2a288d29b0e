import { existsSync, readdirSync, realpathSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { copyDatabase, removeDatabase } from './copy-file.ts'
import { StoreFileError } from '../connection/errors.ts'
import { syncToDisk } from '../connection/open-file.ts'

export interface BackupOptions {
  readonly database: string
  readonly to: string
  /** Replaces an existing file. */
  readonly force: boolean
  readonly onProgress?: (share: number) => void
}

/**
 * Copies the database to another file, even while a server writes to it. If the process is killed, the target is either
 * the complete copy or unchanged. Returns the size of the copy in bytes. Throws `StoreFileError`.
 */
export async function backUpSqlite({ database, to, force, onProgress = () => {} }: BackupOptions): Promise<number> {
  refuseTarget(database, to, force)
  removeLeftOvers(to)
  const unfinished = `${to}${UNFINISHED}${process.pid}`
  await copyDatabase(database, unfinished, onProgress)
  renameSync(unfinished, to)
  syncToDisk(dirname(resolve(to)))
  return statSync(to).size
}

const UNFINISHED = '.unfinished-'

function refuseTarget(database: string, to: string, force: boolean): void {
  const refuse = (says: string) => new StoreFileError('unusable', says)
  const folder = dirname(resolve(to))
  if (!existsSync(database))
    throw refuse(`There is no database ${database}. Check SENTINELMESH_DATA_DIR and SENTINELMESH_DATABASE_URL.`)
  if (!existsSync(folder)) throw refuse(`There is no folder ${folder}. Make it, or choose another place.`)
  const target = join(realpathSync(folder), basename(to))
  const live = realpathSync(database)
  if (target === live || [`-wal`, `-shm`].some((end) => target === `${live}${end}`) || isSameFile(target, live))
    throw refuse(`${to} is the database itself. Choose another name.`)
  const existing = statSync(to, { throwIfNoEntry: false })
  if (existing === undefined) return
  if (!existing.isFile()) throw refuse(`${to} is no file. Name the file that the back-up is to be.`)
  if (!force) throw refuse(`${to} is there already. Choose another name, or say --force to replace it.`)
}

function isSameFile(a: string, b: string): boolean {
  const [one, other] = [statSync(a, { throwIfNoEntry: false }), statSync(b)]
  return one !== undefined && one.dev === other.dev && one.ino === other.ino
}

/** Removes partial files of killed back-ups to this name, but not one that is still being written. */
function removeLeftOvers(to: string): void {
  const folder = dirname(resolve(to))
  const begins = `${basename(to)}${UNFINISHED}`
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(begins) ? /^\d+$/.exec(name.slice(begins.length))?.[0] : undefined
    if (pid !== undefined && !isRunning(Number(pid))) removeDatabase(join(folder, name))
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { readonly code?: string }).code === 'EPERM'
  }
}
