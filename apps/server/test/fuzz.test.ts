import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryDetail, ReportOut } from '@sentinelmesh/api'
import { json } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'

const SEED = 20_260
let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    '\u202E',
    '\uFEFF',
    'İ',
    "'; DROP TABLE entries; --",
    '{{7*7}}',
    '%s%n',
    '\\u0000',
    '../..',
  ),
)
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' })
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((text) => `n${text.replaceAll('\0', '')}`)
/** Mostly valid entries, sometimes any field with any value. */
const anyEntry = fc.oneof(
  { weight: 3, arbitrary: fc.record({ sender: name, payload: fc.oneof(anyText, fc.dictionary(anyText, anyJson)) }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        sender: name,
        payload: fc.oneof(anyText, fc.array(anyJson, { maxLength: 4 })),
        receiver: fc.oneof(name, fc.constant(null)),
        context: fc.oneof(name, anyText),
        session: anyText,
        kind: fc.constantFrom('message', 'tool_call', 'none of ours', null),
        timestamp: fc.oneof(fc.date({ noInvalidDate: true }).map(String), fc.double(), fc.constant('2026-01-01')),
        id: fc.oneof(name, fc.constantFrom('same', 'other')),
        risk: fc.oneof(fc.integer({ min: -10, max: 110 }), fc.double()),
        attributes: fc.oneof(fc.dictionary(anyText, anyJson), anyJson),
      },
      { requiredKeys: ['sender', 'payload'] },
    ),
  },
  { weight: 1, arbitrary: anyJson },
)

/** Replaces every lone surrogate in a value with U+FFFD. */
function wellFormed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, '\uFFFD')) as unknown
}

test('each reported entry is either stored as sent or rejected with a sentence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 30 }), async (entries) => {
      const reply = await mesh.first.agent.post('/api/v1/logs', JSON.stringify(entries))
      expect(reply.status).toBe(200)
      const { accepted, rejected, results } = await json<ReportOut>(reply)
      expect(accepted + rejected.length).toBe(entries.length)
      for (const { reason } of rejected) expect(reason).toMatch(/\.$/)
      for (const [index, result] of results.entries()) {
        if (result === null) continue
        const sent = entries[index] as { sender: string; payload: unknown }
        const kept = await json<EntryDetail>(mesh.first.reader.get(`/api/v1/logs/${result.log_id}`))
        expect(kept.sender).toBe(sent.sender.toWellFormed())
        const payload = kept.payload_type === 'text' ? kept.payload : (JSON.parse(kept.payload) as unknown)
        expect(payload).toEqual(wellFormed(sent.payload))
        expect(kept.risk).toBe(
          Math.min(
            100,
            kept.contributions.reduce((sum, { share }) => sum + share, 0),
          ),
        )
      }
      expect(mesh.faults()).toEqual([])
    }),
    { seed: SEED, numRuns: 60 },
  )
})

test('/log answers any body with 200, 413 or 422', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        anyEntry.map((entry) => JSON.stringify(entry)),
        anyText,
      ),
      async (body) => {
        const reply = await mesh.first.agent.post('/log', body)
        expect([200, 413, 422]).toContain(reply.status)
        const { logs } = await json<{ logs: unknown[] }>(mesh.first.reader.get('/logs?per_page=1'))
        expect(logs.length).toBeLessThanOrEqual(1)
        expect(mesh.faults()).toEqual([])
      },
    ),
    { seed: SEED, numRuns: 200 },
  )
})
