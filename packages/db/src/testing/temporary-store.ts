import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '../database.ts'
import { openSqlite, type SqliteOptions } from '../dialect/sqlite/open-sqlite.ts'
import { orgStore } from '../stores/org-store.ts'
import { NEW_YEAR } from './entries.ts'

export const WORKERS = {
  writer: new URL('../../dist/writer-worker.js', import.meta.url),
  reader: new URL('../../dist/reader-worker.js', import.meta.url),
  text: new URL('../../dist/text-worker.js', import.meta.url),
}

/** A temporary folder that is removed with its contents on disposal. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'sentinelmesh-db-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export interface TemporaryStore extends Database, AsyncDisposable {
  readonly file: string
  anOrg(name?: string): Promise<OrgId>
  /** Closes the file and opens it again. The result replaces this store, which must not be used anymore. */
  reopened(): Promise<TemporaryStore>
}

/** The real store in its own temporary folder. */
export async function temporaryStore(options: Partial<SqliteOptions> = {}): Promise<TemporaryStore> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const open = async (): Promise<TemporaryStore> => {
    const db = await openSqlite({ file, workers: WORKERS, ...options })
    return {
      ...db,
      file,
      anOrg: (name) => createOrg(db, name),
      async reopened() {
        await db.close()
        return await open()
      },
      async [Symbol.asyncDispose]() {
        await db.close()
        await folder[Symbol.asyncDispose]()
      },
    }
  }
  return await open()
}

export async function createOrg(db: Database, name: string = randomUUID()): Promise<OrgId> {
  const org = await db.transaction((tx) =>
    orgStore(tx).create({ uid: randomUUID(), name, hmacKey: randomBytes(32), at: NEW_YEAR }),
  )
  if (org === undefined) throw new Error(`There is an org ${name} already.`)
  return org.id
}
