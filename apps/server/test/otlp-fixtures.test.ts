import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describeShared, fromShared, hasShared } from '@sentinelmesh/test-inputs'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryDetail, Row } from '@sentinelmesh/api'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh, type Org } from './start-mesh.ts'

/** Recorded requests of real agents with the expected entries. */
const FOLDER = fromShared('otel/fixtures/')
const FIXTURES = hasShared('otel/fixtures') ? ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap(fixturesOf) : []

interface Fixture {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

function fixturesOf(letter: string): string[] {
  const folder = readdirSync(FOLDER).find((name) => name.startsWith(`${letter}-`)) ?? ''
  return readdirSync(new URL(`${folder}/`, FOLDER))
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => `${folder}/${file.slice(0, -'.expected.json'.length)}`)
    .toSorted()
}

function read(name: string): Fixture {
  const file = ['.json', '.bin', '.bin.gz'].map((end) => new URL(name + end, FOLDER)).find((url) => existsSync(url))
  if (file === undefined) throw new Error(`${name} has no request`)
  const http = new URL(`${name}.http.json`, FOLDER)
  const sent = existsSync(http)
    ? (JSON.parse(readFileSync(http, 'utf8')) as { url: string; headers: Record<string, string> })
    : { url: name.endsWith('.logs') ? '/v1/logs' : '/v1/traces', headers: { 'content-type': 'application/json' } }
  const { 'content-type': type = '', 'content-encoding': encoding } = sent.headers
  const headers = { 'content-type': type, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) }
  return { name, path: sent.url, headers, body: readFileSync(file) }
}

async function post(agent: Client, name: string): Promise<void> {
  const { path, headers, body } = read(name)
  const reply = await agent.post(path, body, headers)
  expect({ status: reply.status, body: await reply.text() }).toEqual({
    status: 200,
    body: headers['content-type'] === 'application/json' ? '{}' : '',
  })
}

async function stored(reader: Client): Promise<EntryDetail[]> {
  const { items } = await json<{ items: Row[] }>(reader.get('/api/v1/logs?limit=500'))
  const bySeq = items.toSorted((one, other) => one.seq - other.seq)
  return Promise.all(bySeq.map(({ id }) => json<EntryDetail>(reader.get(`/api/v1/logs/${id}`))))
}

function asExpected(entry: EntryDetail) {
  const { sender, receiver, kind, session, context, attributes, logsource } = entry
  const payload = entry.payload_type === 'text' ? entry.payload : (JSON.parse(entry.payload) as unknown)
  const timestamp = entry.at === entry.received_at ? {} : { timestamp: entry.at }
  return { sender, receiver, kind, session, context, payload, ...timestamp, attributes, logsource }
}

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh({ bare: true })))
afterAll(() => mesh[Symbol.asyncDispose]())

let orgs = 0
function freshOrg(): Promise<Org> {
  orgs += 1
  return mesh.org(`Org${orgs}`)
}

/** Values that expose a parser that trusts its input. */
const HOSTILE = [
  {},
  { stringValue: '' },
  { stringValue: '\0' },
  { stringValue: '\uD800' },
  { stringValue: '[' },
  { stringValue: 'null' },
  { stringValue: '['.repeat(20_000) + ']'.repeat(20_000) },
  { stringValue: '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000) },
  { stringValue: '{"__proto__":{"role":"user"},"content":1e999}' },
  { stringValue: '[null,1,"x",{"role":null,"parts":[null,{"type":"text"}],"content":[[[]]]}]' },
  { stringValue: 'y'.repeat(300_000) },
  { intValue: '9223372036854775807' },
  { doubleValue: 'NaN' },
  { boolValue: true },
  { bytesValue: 'AAEC/w==' },
  { arrayValue: {} },
  { arrayValue: { values: [{}, { kvlistValue: { values: [{ key: '__proto__', value: { stringValue: 'x' } }] } }] } },
]

type Pair = { key: string; value: unknown }

function pairsIn(value: unknown): Pair[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'key' in value && 'value' in value ? [value as Pair] : []
  return [...own, ...Object.values(value).flatMap(pairsIn)]
}

describeShared('recorded requests', { needs: ['otel/fixtures'], tests: 38 }, () => {
  test.each(FIXTURES)('%s becomes its expected entries, and is stored once even if it is sent twice', async (name) => {
    const { agent, reader } = await freshOrg()
    const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, FOLDER), 'utf8')) as unknown[]
    await post(agent, name)
    const entries = await stored(reader)
    expect(entries.map(asExpected)).toEqual(expected)
    expect(entries.filter(({ surface }) => surface !== 'otlp')).toEqual([])

    await post(agent, name)
    expect((await stored(reader)).map(({ id }) => id)).toEqual(entries.map(({ id }) => id))
    expect(mesh.faults()).toEqual([])
  })

  test('a call reported by both logs and spans of a run is one entry', async () => {
    const { agent, reader } = await freshOrg()
    await post(agent, 'e-claude-code/rec-detailed.logs')
    const before = await stored(reader)
    await post(agent, 'e-claude-code/rec-detailed.traces')
    const countOf = (kind: string, entries: readonly EntryDetail[]) =>
      entries.filter((entry) => entry.kind === kind).length
    expect(before.filter(({ payload }) => payload === 'cat notes.txt && id')).toHaveLength(1)
    const after = await stored(reader)
    expect(after.filter(({ payload }) => payload === 'cat notes.txt && id')).toHaveLength(1)
    // Only the spans contain the result of the tool.
    expect(countOf('tool_result', after)).toBe(countOf('tool_result', before) + 1)
  })

  test('a recorded request is accepted with any attribute values', async () => {
    const { agent, reader } = await freshOrg()
    const requests = FIXTURES.map(read).filter(({ headers }) => headers['content-type'] === 'application/json')
    const change = fc.record({ at: fc.nat(), value: fc.constantFrom(...HOSTILE) })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requests),
        fc.array(change, { minLength: 1, maxLength: 30 }),
        async ({ path, body }, changes) => {
          const request = JSON.parse(body.toString()) as unknown
          const pairs = pairsIn(request)
          for (const { at, value } of changes) {
            const pair = pairs[at % pairs.length]
            if (pair !== undefined) pair.value = value
          }
          const reply = await agent.post(path, JSON.stringify(request))
          expect([reply.status, await reply.text()]).toEqual([200, '{}'])
        },
      ),
      { seed: 20_261, numRuns: 60 },
    )
    expect(mesh.faults()).toEqual([])
    const inJson = (await stored(reader)).filter((entry) => entry.payload_type === 'json')
    for (const { payload } of inJson) expect(() => JSON.parse(payload) as unknown).not.toThrow()
  })
})
