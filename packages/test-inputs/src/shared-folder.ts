import { existsSync, readFileSync } from 'node:fs'
import { TestRunner } from 'vitest'
import { describeUnless } from './left-out.ts'

/** Cases from specifications and recordings lie next to the repository and are not part of it. */
const FOLDER = new URL('../../../../shared/', import.meta.url)
const REQUIRED = process.env['SENTINELMESH_TEST_REQUIRE_SHARED'] === '1'

export const fromShared = (name: string): URL => new URL(name, FOLDER)

/** Returns whether `../shared/<name>` exists. Throws where the folder is required and it does not. */
export function hasShared(name: string): boolean {
  if (existsSync(fromShared(name))) return true
  if (REQUIRED) throw new Error(`../shared/${name} is missing, and SENTINELMESH_TEST_REQUIRE_SHARED is set.`)
  return false
}

/** The lines of a JSONL file in `../shared`; none if the file is missing. */
export function sharedLines<Line>(name: string): readonly Line[] {
  if (!hasShared(name)) return []
  return readFileSync(fromShared(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

export interface SharedSuite {
  /** Files or folders in `../shared`. */
  readonly needs: readonly string[]
  /** The number of tests in `body`, known also where the folder is missing. */
  readonly tests: number
}

/** A suite over cases in `../shared`. Where they are missing, one skipped test reports how many tests did not run. */
export function describeShared(title: string, { needs, tests }: SharedSuite, body: () => void): void {
  const missing = needs.filter((name) => !hasShared(name))
  describeUnless(missing.length === 0 ? null : 'need ../shared', title, tests, () => {
    body()
    const found = TestRunner.getCurrentSuite().tasks.length
    if (found < tests) throw new Error(`"${title}" has ${found} tests and declares ${tests}.`)
  })
}
