import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { decodeJson } from '../../otlp/decode-json.ts'
import type { TelemetryRecord } from '../../otlp/telemetry.ts'

/** Requests of real agents, with the entries expected of them, lie beside the repository and are not part of it. */
const FOLDER = new URL('../../../../../../../shared/otel/fixtures/', import.meta.url)

/** An entry as `.expected.json` has it. */
export interface ExpectedEntry {
  readonly sender: string
  readonly receiver: string | null
  readonly kind: string
  readonly session: string | null
  readonly context: string | null
  readonly payload: unknown
  /** Absent: when it arrived. */
  readonly timestamp?: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly logsource: Readonly<Record<string, string>>
}

/** Names of the fixtures in a folder such as `e-claude-code`, without `.json`; none where the folder is not there. */
export function fixturesOf(folder: string): readonly string[] {
  const url = new URL(`${folder}/`, FOLDER)
  if (!existsSync(url)) return []
  return readdirSync(url)
    .filter((file) => file.endsWith('.expected.json') && existsSync(new URL(file.replace('.expected', ''), url)))
    .map((file) => `${folder}/${file.slice(0, -'.expected.json'.length)}`)
    .sort()
}

/** For the name of the tests over them: how many there are, or why there are none. */
export const howMany = (fixtures: readonly unknown[]) =>
  fixtures.length === 0 ? 'skipped: ../shared/otel is not there' : `${fixtures.length} fixtures`

/** The records of a request, for a name such as `e-claude-code/rec-detailed.logs`. */
export function readFixture(name: string): readonly TelemetryRecord[] {
  const body = readFileSync(new URL(`${name}.json`, FOLDER))
  return Array.from(decodeJson(body, name.endsWith('.logs') ? 'logs' : 'traces'), (read) => read())
}

export function readExpected(name: string): readonly ExpectedEntry[] {
  return readJsonFixture(`${name}.expected`) as readonly ExpectedEntry[]
}

/** What a hook gives on stdin, and other plain JSON. */
export function readJsonFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as unknown
}
