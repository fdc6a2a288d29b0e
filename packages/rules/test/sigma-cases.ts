import { existsSync, readFileSync } from 'node:fs'

/** Cases that were written from the Sigma specification lie beside the repository and are not part of it. */
const FOLDER = new URL('../../../../shared/sigma/', import.meta.url)

/** The lines of a file of cases; none where the file is not there. */
export function sigmaCases<Case>(name: string): readonly Case[] {
  const file = new URL(name, FOLDER)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
}

/** For the name of the tests over them: how many there are, or why there are none. */
export const howMany = (cases: readonly unknown[]) =>
  cases.length === 0 ? 'skipped: ../shared/sigma is not there' : `${cases.length} cases`
