import type { OrgId } from '../packages/api/src/index.ts'
import { bundledChild } from './bundled-child.ts'
import { createKey, makeKey, PROGRAM } from './sentinelmesh.ts'

/**
 * Describes which org of a data folder to fill, and with how many entries. They are spread over the days before
 * `untilMs`.
 */
export interface FillWork {
  readonly folder: string
  readonly org: string
  readonly entries: number
  readonly untilMs: number
  readonly workers: Workers
}

/** URLs of the built programs of the server's threads. */
export type Workers = Readonly<Record<'writer' | 'reader' | 'text' | 'judge' | 'rules', string>>

export interface Filled {
  readonly org: OrgId
  readonly fillMs: number
  /** Time from the last entry until the full-text index had no backlog. */
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

/**
 * Fills an empty folder with entries from the simulated agents, which are judged and indexed. Returns a key that can
 * read them.
 */
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
