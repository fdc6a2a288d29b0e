import { existsSync, readFileSync } from 'node:fs'

/** Cases that were written from specifications and recordings lie beside the repository and are not part of it. */
const FOLDER = new URL('../../../../shared/', import.meta.url)

export const sigmaCases = <Case>(name: string) => sharedCases<Case>(`sigma/${name}`)

/** The lines of a file of cases; none where the file is not there. */
export function sharedCases<Case>(name: string): readonly Case[] {
  const file = new URL(name, FOLDER)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
}

/** For the name of the tests over them: how many there are, or why there are none. */
export const howMany = (cases: readonly unknown[]) =>
  cases.length === 0 ? 'skipped: ../shared is not there' : `${cases.length} cases`
