import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fromShared, hasShared } from '@sentinelmesh/test-inputs'
import { decodeJson } from '../../otlp/decode-json.ts'
import { recordsOf } from '../../otlp/testing/records-of.ts'
import { decodeProtobuf } from '../../otlp/decode-protobuf.ts'
import type { TelemetryRecord } from '../../otlp/telemetry.ts'

/** The folder with requests of real agents and the expected entries. */
const FOLDER = fromShared('otel/fixtures/')

/** An entry in an `.expected.json` file. */
export interface ExpectedEntry {
  readonly sender: string
  readonly receiver: string | null
  readonly kind: string
  readonly session: string | null
  readonly context: string | null
  readonly payload: unknown
  /** Absent for the time of arrival. */
  readonly timestamp?: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly logsource: Readonly<Record<string, string>>
}

/** The file formats of a request: JSON, or protobuf as it was sent. */
const BODIES = [
  { ending: '.json', read: (body: Buffer) => body, decode: decodeJson },
  { ending: '.bin', read: (body: Buffer) => body, decode: decodeProtobuf },
  { ending: '.bin.gz', read: (body: Buffer) => gunzipSync(body), decode: decodeProtobuf },
]

const bodyOf = (name: string) => BODIES.find(({ ending }) => existsSync(new URL(`${name}${ending}`, FOLDER)))

/** Names of the fixtures in a folder such as `e-claude-code`, without extension; none if the folder does not exist. */
export function fixturesOf(folder: string): readonly string[] {
  const url = new URL(`${folder}/`, FOLDER)
  if (!hasShared(`otel/fixtures/${folder}`)) return []
  return readdirSync(url)
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => `${folder}/${file.slice(0, -'.expected.json'.length)}`)
    .filter((name) => bodyOf(name) !== undefined)
    .sort()
}

/** The records of a request, for a name such as `e-claude-code/rec-detailed.logs`. */
export function readFixture(name: string): readonly TelemetryRecord[] {
  const body = bodyOf(name)
  if (body === undefined) throw new Error(`There is no request ${name}.`)
  const bytes = body.read(readFileSync(new URL(`${name}${body.ending}`, FOLDER)))
  return recordsOf(body.decode(bytes, name.includes('.logs') ? 'logs' : 'traces'))
}

export function readExpected(name: string): readonly ExpectedEntry[] {
  return readJsonFixture(`${name}.expected`) as readonly ExpectedEntry[]
}

/** Plain JSON, such as the stdin of a hook. */
export function readJsonFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as unknown
}
