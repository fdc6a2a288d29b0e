import type { OrgId } from '../packages/api/src/index.ts'
import { bundledChild } from './bundled-child.ts'
import { createKey, makeKey, PROGRAM } from './sentinelmesh.ts'

/** A folder with an org that has so many entries, evenly spread over the days before an instant. */
export interface FillWork {
  readonly folder: string
  readonly org: string
  readonly entries: number
  readonly untilMs: number
  readonly workers: Workers
}

/** The built programs of the server's threads, as texts of their URLs. */
export type Workers = Readonly<Record<'writer' | 'reader' | 'text' | 'judge' | 'rules', string>>

export interface Filled {
  readonly org: OrgId
  readonly fillMs: number
  /** After the last entry, until the full-text index had nothing left to do. */
  readonly indexMs: number
}

const built = (name: string) => new URL(`../apps/server/dist/${name}.js`, import.meta.url).href
export const WORKERS: Workers = {
  writer: built('writer-worker'),
  reader: built('reader-worker'),
  text: built('text-worker'),
  judge: built('judge-thread'),
  rules: built('rules-thread'),
}

/** Fills an empty folder with what the simulated agents say, judged and indexed, and gives a key that may read it. */
export async function fillFolder({
  folder,
  entries,
  untilMs,
}: Pick<FillWork, 'folder' | 'entries' | 'untilMs'>): Promise<Filled & { readonly key: string }> {
  const program = { file: PROGRAM, folder }
  await makeKey(program)
  const key = await createKey(program, 'read')
  await using child = await bundledChild<FillWork>('fill-child.ts', { profileFolder: null, packagesOf: 'apps/server' })
  const filled = await child.run<Filled>({ folder, org: 'bench', entries, untilMs, workers: WORKERS })
  return { ...filled, key }
}
