import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import type { Mesh } from './start-mesh.ts'

/** Blocks commits of the writer until disposed. The writer fails once its lock timeout passes. */
export function holdWriter(mesh: Mesh): Disposable {
  const other = new Sqlite(join(mesh.folder, 'sentinelmesh.db'))
  other.exec('begin immediate')
  return { [Symbol.dispose]: () => other.close() }
}

/** This number of calls of 1,000 entries each fills the share of one org. */
const CALLS = { bulk: 10, verdict: 2 }

/** Fills the org's share of the write queue without HTTP. The returned function waits until all of it is stored. */
export async function fillQueue(
  mesh: Mesh,
  slug: string,
  lane: 'bulk' | 'verdict' = 'bulk',
): Promise<() => Promise<unknown>> {
  const org = (await mesh.running.deps.orgBySlug(slug))?.id as OrgId | undefined
  if (org === undefined) throw new Error('The org does not exist.')
  const { logs } = mesh.running.deps.database
  const [item] = (await logs.read(org, BEFORE_ALL, { entries: 1, bytes: 1 })).items
  if (item?.type !== 'entry') throw new Error('The org has no entry to use as a template.')
  const unread = { matches: [], contentHash: new Uint8Array(), leafSalt: new Uint8Array(16), computedId: null }
  const template = { ...item.entry, ...unread }
  const calls = Array.from({ length: CALLS[lane] }, () =>
    logs.append(
      org,
      Array.from({ length: 1_000 }, () => ({ ...template, id: randomUUID() as string as LogId })),
      lane,
    ),
  )
  return () => Promise.all(calls)
}
