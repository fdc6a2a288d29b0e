import { schemas } from '@sentinelmesh/api/server'
import { array, assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AGENTS } from './agents.ts'
import { randomOf } from './random.ts'
import { sceneOf } from './scene.ts'
import { scriptsOf } from './script.ts'
import type { STORIES } from './stories.ts'
import { demoTraffic, liveTraffic, type DatedEntry, type DemoEntry } from './traffic.ts'

const NOON = Date.UTC(2026, 10, 24, 12)
const HOUR_MS = 3_600_000

const allOf = (range: Parameters<typeof demoTraffic>[0]): DemoEntry[] =>
  [...demoTraffic(range)].reverse().flatMap((hour) => hour.entries)
const day = allOf({ seed: 'northwind', until: NOON })

function bySession(entries: readonly DemoEntry[]): Map<string, DemoEntry[]> {
  const sessions = new Map<string, DemoEntry[]>()
  for (const entry of entries) sessions.set(entry.session, [...(sessions.get(entry.session) ?? []), entry])
  return sessions
}

function livingUntil(untilMs: number, from: number): DatedEntry[] {
  const heard: DatedEntry[] = []
  for (const dated of liveTraffic({ seed: 'northwind', from })) {
    if (dated.atMs >= untilMs) return heard
    heard.push(dated)
  }
  return heard
}

/** Text that occurs only when the respective attack succeeds. */
const TRACES: Record<keyof typeof STORIES, RegExp> = {
  injected_issue: /^cp ~\/\.aws\/credentials .*--data-binary/,
  poisoned_tool: /<IMPORTANT>.*[Nn]ever mention|<IMPORTANT>.*Do not tell/,
  jailbreak: /evil assistant|without any restrictions|developer mode/,
  metadata_shell: /^curl -fsSL https:\/\/(get\.fastnode|install\.edge-tools|cdn\.hotfix)\.example.*sh/,
  hidden_ticket: /^bash -i >& \/dev\/tcp\//,
}

describe('the history', () => {
  test.each(['northwind', 1, 2, 3])('a day holds about 20,000 entries, whatever the seed (%s)', (seed) => {
    const count = [...demoTraffic({ seed, until: NOON })].reduce((sum, hour) => sum + hour.entries.length, 0)
    expect(count).toBeGreaterThan(18_000)
    expect(count).toBeLessThan(22_000)
  })

  test('the newest hour comes first, and each hour is in chronological order', () => {
    const hours = [...demoTraffic({ seed: 1, until: NOON })]
    expect(hours.map((hour) => hour.untilMs)).toEqual(Array.from({ length: 24 }, (_, index) => NOON - index * HOUR_MS))
    for (const { fromMs, untilMs, entries } of hours) {
      const times = entries.map((entry) => Date.parse(entry.timestamp))
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times.every((at) => at >= fromMs && at < untilMs)).toBe(true)
    }
  })

  test('the same seed and instant give the same bytes, and another seed gives others', () => {
    expect(JSON.stringify(allOf({ seed: 'northwind', until: new Date(NOON) }))).toBe(JSON.stringify(day))
    expect(JSON.stringify(allOf({ seed: 'southwind', until: NOON }))).not.toBe(JSON.stringify(day))
  })

  test('however a range is split, its parts add up to the whole, without duplicates or gaps', () => {
    const from = NOON - 3 * HOUR_MS
    const whole = allOf({ seed: 7, from, until: NOON })
    assert(
      property(array(integer({ min: from, max: NOON }), { maxLength: 6 }), (cuts) => {
        const edges = [from, ...cuts.sort((a, b) => a - b), NOON]
        const parts = edges.slice(1).flatMap((until, index) => allOf({ seed: 7, from: edges[index] ?? from, until }))
        expect(parts).toEqual(whole)
      }),
      { numRuns: 25 },
    )
  })

  test('the server accepts every entry, and no two share an id', () => {
    for (const entry of day) schemas.EntryIn.parse(entry)
    expect(new Set(day.map((entry) => entry.id)).size).toBe(day.length)
  })

  test('all agents occur, with every kind of entry, and the night is quieter than the day', () => {
    const senders = new Set(day.map((entry) => entry.sender))
    for (const { name } of Object.values(AGENTS)) expect(senders).toContain(name)
    expect([...senders].filter((sender) => sender.startsWith('mcp.')).length).toBeGreaterThan(8)
    expect([...new Set(day.map((entry) => entry.kind))].sort()).toEqual([...schemas.Kind.options].sort())
    const between = (first: number, last: number) =>
      day.filter(
        ({ timestamp }) => new Date(timestamp).getUTCHours() >= first && new Date(timestamp).getUTCHours() < last,
      ).length
    expect(between(11, 15)).toBeGreaterThan(2 * between(0, 4))
  })

  test('sessions have several steps in order: a call before its result, and the answer last', () => {
    const sessions = [...bySession(day).values()]
    expect(sessions.filter((steps) => steps.length >= 3).length).toBeGreaterThan(0.95 * sessions.length)
    for (const steps of sessions.filter(([first]) => first?.id.endsWith('-01'))) {
      expect(steps.map(({ id }) => Number(id.slice(-2)))).toEqual(steps.map((_, index) => index + 1))
      const tools = steps.filter(({ kind }) => kind === 'tool_call' || kind === 'tool_result').map(({ kind }) => kind)
      expect(tools[0] ?? 'tool_call').toBe('tool_call')
    }
  })

  test('texts vary: no payload makes up more than one entry in fifty, and no template syntax remains', () => {
    const counts = new Map<string, number>()
    for (const { payload } of day) {
      const text = JSON.stringify(payload)
      counts.set(text, (counts.get(text) ?? 0) + 1)
      expect(text).not.toMatch(/\{#|\{[a-z_]+\}|\{[^{}"]*\|[^{}"]*\}/)
    }
    expect(Math.max(...counts.values())).toBeLessThan(day.length / 50)
    expect(counts.size).toBeGreaterThan(day.length / 3)
  })

  test('hosts are under .example, and addresses are reserved ones', () => {
    const text = JSON.stringify(day)
    const hosts = [...text.matchAll(/(?:https?:\/\/|\w@)([\w.-]+\.[a-z]+|\d+\.\d+\.\d+\.\d+)/g)].map(
      ([, host]) => host ?? '',
    )
    expect(hosts.length).toBeGreaterThan(100)
    expect(hosts.filter((host) => !/\.example$|^169\.254\.169\.254$|^203\.0\.113\./.test(host))).toEqual([])
  })
})

describe('the attacks', () => {
  test.each(Object.entries(TRACES))('%s happens several times a day', (_, trace) => {
    const hits = day.filter(({ payload }) => {
      const leaves = typeof payload === 'string' ? [payload] : JSON.stringify(payload).split('"')
      return leaves.some((leaf) => trace.test(leaf))
    })
    expect(new Set(hits.map(({ session }) => session)).size).toBeGreaterThan(2)
  })

  test('the credentials are read after the issue, and posted after that', () => {
    const steps =
      [...bySession(day).values()].find((all) =>
        all.some(({ payload }) => TRACES.injected_issue.test(String(payload))),
      ) ?? []
    const at = (pattern: RegExp) =>
      steps.findIndex(({ kind, payload }) => kind !== 'completion' && pattern.test(JSON.stringify(payload)))
    const order = [at(/<!--/), at(/read_file.*\.aws\/credentials/), at(/aws_access_key_id = AK/), at(/--data-binary/)]
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(order[0]).toBeGreaterThan(0)
  })

  test('at any instant, the last hour holds an attack from its first step to its last', () => {
    const attack =
      /\/dev\/tcp|ignore (all )?p|disregard|<IMPORTANT>|169\.254\.169\.254|without any restrictions|evil assistant|developer mode|print your system|above this line|were you told/i
    const without: string[] = []
    for (let until = NOON; until > NOON - 12 * HOUR_MS; until -= 7 * 60_000) {
      const recent = bySession(allOf({ seed: 'northwind', from: until - 60 * 60_000, until }))
      const whole = [...recent.values()].filter(
        ([first, ...rest]) =>
          first?.id.endsWith('-01') && [first, ...rest].some(({ payload }) => attack.test(JSON.stringify(payload))),
      )
      if (whole.length === 0) without.push(new Date(until).toISOString())
    }
    expect(without).toEqual([])
  })

  test('fake credentials have the real format and say that they are fake', () => {
    const keys = JSON.stringify(day).match(/\bAKIA[A-Z2-7]{16}\b/g) ?? []
    expect(keys.length).toBeGreaterThan(5)
    expect(keys.every((key) => key.slice(4, 8) === 'DEMO')).toBe(true)
  })
})

describe('live traffic', () => {
  const heard = livingUntil(NOON + HOUR_MS, NOON)

  test('has about 5 entries a second, in bursts', () => {
    const perTenSeconds = new Map<number, number>()
    for (const { atMs } of heard)
      perTenSeconds.set(Math.floor(atMs / 10_000), (perTenSeconds.get(Math.floor(atMs / 10_000)) ?? 0) + 1)
    expect(heard.length / 3_600).toBeGreaterThan(4)
    expect(heard.length / 3_600).toBeLessThan(6)
    expect(Math.max(...perTenSeconds.values())).toBeGreaterThan(2 * Math.min(...perTenSeconds.values()))
  })

  test('is in order, valid, and includes everything that the history has for that time', () => {
    expect(heard.every(({ atMs }, index) => atMs >= (heard[index - 1]?.atMs ?? NOON))).toBe(true)
    for (const { entry } of heard) schemas.EntryIn.parse(entry)
    const lived = new Map(heard.map(({ entry }) => [entry.id, entry]))
    expect(lived.size).toBe(heard.length)
    for (const entry of allOf({ seed: 'northwind', from: NOON, until: NOON + HOUR_MS }))
      expect(lived.get(entry.id)).toEqual(entry)
  })

  test('gives the same entries from a later start on', () => {
    const later = NOON + 1_234_567
    expect(livingUntil(NOON + HOUR_MS, later)).toEqual(heard.filter(({ atMs }) => atMs >= later))
  })
})

test('a fact has the same value throughout a scene, and a question gets the matching answer', () => {
  const { text } = sceneOf(randomOf('scene'))
  expect(text('{service}')).toBe(text('{service}'))
  expect(['1a', '2b', '3c']).toContain(text('{?1|2|3}{?a|b|c}'))
  expect(text('{"count": {#3-3}, "of": "{x|x}"} {unknown}')).toBe('{"count": 3, "of": "x"} {unknown}')
})

test('a line that is part of no script is refused', () => {
  expect(() => scriptsOf('user: Hello\nnobody: Hm')).toThrow(SyntaxError)
})
