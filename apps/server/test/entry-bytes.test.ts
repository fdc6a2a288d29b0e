import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { LIMITS as RULE_LIMITS, type Match, type Place } from '@sentinelmesh/rules'
import { json } from './client.ts'
import { judgedEntry } from './judged-entry.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const KiB = 1024
const REPLY_BYTES = 8 * KiB * KiB
/** One UTF-16 unit that takes six bytes in JSON. */
const CONTROL = '\u0001'
/** An org reaches its limit with this number of rules, including the built-in ones. */
const RULES = LIMITS.orgRules + 100
const HIGHEST = RULES - 1
const ID = randomUUID() as string as LogId

const idOf = (n: number) => `${CONTROL.repeat(LIMITS.ruleIdChars - 6)}-${String(n).padStart(5, '0')}`

const place = (n: number): Place => ({
  field: 'payload',
  pointer: `/${CONTROL.repeat(RULE_LIMITS.pointerChars - 10)}/${n}`,
  start: 0,
  end: 1,
})
const PLACES = Array.from({ length: RULE_LIMITS.placesPerMatch }, (_, n) => place(n))
const PARTS = Array.from({ length: RULE_LIMITS.partsPerMatch }, (_, n) => ({
  field: CONTROL.repeat(1_000),
  modifiers: ['contains'],
  value: n,
  pattern: CONTROL.repeat(200),
  places: PLACES.slice(0, RULE_LIMITS.placesPerValue),
}))

/** A match as large as the limits allow. The last rule has the most points. */
function matchAtLimits(_: unknown, n: number): Match {
  return {
    ruleId: idOf(n),
    ruleHash: 'ab'.repeat(32),
    title: CONTROL.repeat(256),
    level: 'informational',
    points: n === HIGHEST ? 90 : 1,
    family: idOf(n),
    contributes: true,
    places: PLACES,
    selections: [{ name: CONTROL.repeat(100), parts: PARTS }],
    filteredBy: null,
  }
}

const entryAtLimits = () =>
  judgedEntry({
    id: ID,
    sender: CONTROL.repeat(LIMITS.senderChars),
    receiver: CONTROL.repeat(LIMITS.receiverChars),
    session: CONTROL.repeat(LIMITS.sessionChars),
    context: CONTROL.repeat(LIMITS.contextChars),
    payload: { type: 'text', text: CONTROL.repeat(LIMITS.payloadBytes) },
    attributes: JSON.stringify({ note: CONTROL.repeat(LIMITS.payloadBytes / 6 - 100) }),
    logsource: { product: 'ai_agent' },
    risk: 95,
    band: 'critical',
    matches: Array.from({ length: RULES }, matchAtLimits),
  })

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  const { orgBySlug, database } = mesh.running.deps
  const org = await orgBySlug(mesh.first.slug)
  await database.logs.append(org?.id as OrgId, [entryAtLimits()])
})
afterAll(() => mesh[Symbol.asyncDispose]())

describe('an entry that matches every rule of an organization at its limits', () => {
  test.each([
    `/api/v1/logs/${ID}`,
    '/api/v1/logs',
    '/api/v1/logs/export',
    '/logs',
    '/alerts',
    `/trpc/logs.get?input=${encodeURIComponent(JSON.stringify({ id: ID }))}`,
    `/trpc/logs.page?input=${encodeURIComponent('{}')}`,
    `/trpc/stats.overview?input=${encodeURIComponent('{}')}`,
  ])('is less than 8 MiB of JSON at %s', async (path) => {
    const reply = await mesh.first.reader.get(path)
    expect(reply.status).toBe(200)
    const text = await reply.text()
    expect(text).toContain(ID)
    expect(Buffer.byteLength(text)).toBeLessThan(REPLY_BYTES)
  })

  test('lists the matches that determine its risk and counts the others', async () => {
    const entry = await mesh.first.reader.trpc.logs.get.query({ id: ID })
    expect(entry.matches).toHaveLength(LIMITS.entryMatches)
    expect(entry.matches_left_out).toBe(RULES - LIMITS.entryMatches)
    expect(entry.matches[0]?.rule_id).toBe(idOf(HIGHEST))
    expect(entry.contributions[0]).toMatchObject({ rule_id: idOf(HIGHEST), share: 90 })
    const explained = entry.matches.filter(({ selections }) => selections.length > 0)
    expect(explained.length + (entry.unexplained ?? 0)).toBe(LIMITS.entryMatches)
    const { items } = await mesh.first.reader.trpc.logs.page.query({})
    expect(items[0]).toMatchObject({ matches_left_out: RULES - LIMITS.entryMatches })
    const { logs } = await json<{ logs: { matches: unknown[]; matches_left_out: number }[] }>(
      mesh.first.reader.get('/logs'),
    )
    expect(logs[0]?.matches_left_out).toBe(RULES - LIMITS.entryMatches)
  })

  test('is less than 8 MiB in socket messages, and a filter also finds it by an unlisted rule', async () => {
    using plain = mesh.first.reader.tail({ after: '0' })
    using filtered = mesh.first.reader.tail({ after: '0', q: `rule:*-${String(RULES - 2).padStart(5, '0')}` })
    using other = mesh.first.reader.tail({ after: '0', q: 'rule:no-such-rule' })
    await Promise.all([plain.entries(1), filtered.entries(1), other.begun()])
    expect(Buffer.byteLength(JSON.stringify(plain.items))).toBeLessThan(REPLY_BYTES)
    expect(filtered.rows[0]?.matches.map(({ rule_id }) => rule_id)).not.toContain(idOf(RULES - 2))
    expect(other.rows).toEqual([])
    const legacy = mesh.first.reader.socket('/ws/logs?after=0', {
      headers: { authorization: `Bearer ${await mesh.first.token()}` },
    })
    await until(() => legacy.messages.length > 0, 'the entry arrives')
    expect(Buffer.byteLength(legacy.messages[0] ?? '')).toBeLessThan(REPLY_BYTES)
    legacy.close()
  })
})

test('the reply to a report lists matches up to its size limit and counts the others', async () => {
  const { manager, agent } = mesh.second
  const rules = Array.from({ length: LIMITS.entryMatches + 20 }, (_, n) =>
    aRule({ id: `${'字'.repeat(400)}-${n}`, title: '字'.repeat(256), level: n === 119 ? 'critical' : 'low' }),
  )
  await manager.trpc.rules.import.mutate({ sources: [{ file: null, text: rules.join('---\n') }] })
  const entries = Array.from({ length: 100 }, () => ({ sender: 'agent.a', payload: 'canary' }))
  const text = await (await agent.post('/api/v1/logs', entries)).text()
  expect(Buffer.byteLength(text)).toBeLessThan(REPLY_BYTES + 100 * KiB)
  const { results } = JSON.parse(text) as { results: { matches: { level: string }[]; matches_left_out: number }[] }
  expect(results[0]?.matches_left_out).toBe(20)
  expect(results[0]?.matches[0]?.level).toBe('critical')
  for (const { matches, matches_left_out } of results) expect(matches.length + matches_left_out).toBe(rules.length)
  const single = await json<{ alerts: unknown[]; matches_left_out: number }>(agent.post('/log', entries[0] ?? {}))
  expect(single.alerts).toHaveLength(LIMITS.entryMatches)
  expect(single.matches_left_out).toBe(20)
})
