import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bandOf } from '@sentinelmesh/api/constants'
import { handClock, startMesh, type Mesh } from './start-mesh.ts'

const MINUTE = 60_000
/** A time inside a minute, a quarter of an hour, and an hour. */
const NOW = Date.UTC(2026, 0, 9, 13, 37, 30)
const RISKS = [0, 0, 0, 20, 45, 55, 0, 65, 0, 95]

/** One entry every seven minutes for nine and a half days, not in order of time. */
const ENTRIES = Array.from({ length: 1_950 }, (_, n) => {
  const back = (n * 1_009) % 1_950
  return {
    at: NOW - back * 7 * MINUTE,
    // Each sender is active on every third day. The newest entries come from the first sender.
    sender: `agent.${Math.floor((back * 7) / (24 * 60)) % 3}`,
    risk: RISKS[n % RISKS.length] ?? 0,
    number: n,
  }
})

let mesh: Mesh
beforeAll(async () => {
  const clock = handClock(NOW)
  mesh = await startMesh({ clock })
  const inOrg = mesh.system.with({ 'x-sentinelmesh-org': mesh.first.slug })
  for (let first = 0; first < ENTRIES.length; first += 650)
    await inOrg.trpc.logs.import.mutate(
      ENTRIES.slice(first, first + 650).map(({ at, sender, risk, number }) => ({
        id: `line-${number}`,
        json: JSON.stringify({ sender, payload: `entry ${number}`, timestamp: new Date(at).toISOString(), risk }),
      })),
    )
})
afterAll(() => mesh[Symbol.asyncDispose]())

describe.each([
  ['15m', 15, 1],
  ['1h', 60, 1],
  ['24h', 24 * 60, 15],
  ['7d', 7 * 24 * 60, 120],
] as const)('the overview of %s', (range, minutes, step) => {
  test('equals a recount of the entries', async () => {
    const overview = await mesh.first.reader.trpc.stats.overview.query({ range })
    const to = (Math.floor(NOW / MINUTE) + 1) * MINUTE
    const from = Math.floor((to - minutes * MINUTE) / (step * MINUTE)) * step * MINUTE
    const within = (begin: number, end: number) => ENTRIES.filter(({ at }) => at >= begin && at < end)
    const found = within(from, to)
    const before = within(from - (to - from), from)
    expect([Date.parse(overview.from), Date.parse(overview.to), overview.stepMs]).toEqual([from, to, step * MINUTE])

    const atRisk = (entries: typeof found) => entries.filter(({ risk }) => risk > 0).length
    expect([overview.entries, overview.atRisk]).toEqual([found.length, atRisk(found)])
    expect([overview.entriesBefore, overview.atRiskBefore]).toEqual([before.length, atRisk(before)])
    for (const [band, count] of Object.entries(overview.bands))
      expect([band, count]).toEqual([band, found.filter(({ risk }) => bandOf(risk) === band).length])

    expect(overview.series.map(({ at }) => Date.parse(at))).toEqual(
      Array.from({ length: Math.ceil((to - from) / (step * MINUTE)) }, (_, n) => from + n * step * MINUTE),
    )
    for (const { at, none, low, medium, high, critical } of overview.series) {
      const begin = Date.parse(at)
      expect(none + low + medium + high + critical).toBe(within(begin, Math.min(to, begin + step * MINUTE)).length)
    }

    const last = to - 2 * MINUTE
    expect(overview.perSecond).toBe(within(last, last + MINUTE).length / 60)
    expect(overview.peakPerSecond).toBe(1 / 60)
    expect(Date.parse(overview.peakAt ?? '')).toBe(Math.floor(Math.min(...found.map(({ at }) => at)) / MINUTE) * MINUTE)

    const senders = [...new Set(found.map(({ sender }) => sender))]
    const lastOf = (sender: string) => Math.max(...found.filter((one) => one.sender === sender).map(({ at }) => at))
    expect(overview.senders).toBe(senders.length)
    expect(overview.silent).toBe(senders.filter((sender) => lastOf(sender) < NOW - 60 * MINUTE).length)
    for (const { sender, riskMax, entries, lastSeen, spark } of overview.riskiest) {
      const own = found.filter((one) => one.sender === sender)
      expect([entries, riskMax]).toEqual([own.length, Math.max(...own.map(({ risk }) => risk))])
      expect(Date.parse(lastSeen)).toBe(Math.floor(lastOf(sender) / MINUTE) * MINUTE)
      expect(Math.max(...spark)).toBe(riskMax)
    }

    const risky = found.filter(({ risk }) => risk >= 60).toSorted((a, b) => b.at - a.at)
    expect(overview.latest.map(({ sender, risk }) => [sender, risk])).toEqual(
      risky.slice(0, 8).map(({ sender, risk }) => [sender, risk]),
    )
  })
})
