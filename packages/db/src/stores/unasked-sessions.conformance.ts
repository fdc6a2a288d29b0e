import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { anEntry, NEW_YEAR, times } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { unaskedSessions } from './unasked-sessions.ts'

const SENDER = 'agent.claude-code'
const aCall = (parts: Parameters<typeof anEntry>[0]) =>
  anEntry({ sender: SENDER, kind: 'tool_call', surface: 'otlp', ...parts })

export function unaskedSessionsConformance(open: OpenStores): void {
  test('sessions whose calls came only as telemetry are returned, latest first', async () => {
    await using db = await open()
    const org = await db.anOrg()
    await db.append(org, [
      aCall({ session: 's-asked', surface: 'hook' }),
      aCall({ session: 's-asked' }),
      aCall({ session: 's-first', at: NEW_YEAR + 1 }),
      aCall({ session: 's-first', at: NEW_YEAR + 2 }),
      aCall({ session: 's-second', at: NEW_YEAR + 3 }),
      aCall({ session: 's-old', at: NEW_YEAR - 1 }),
      aCall({ session: 's-words', kind: 'prompt' }),
      aCall({ session: null }),
      aCall({ session: 's-plain', surface: 'rest' }),
      aCall({ session: 's-other', sender: 'agent.codex' }),
    ])
    const of = (most: number) => unaskedSessions(db.read, org, { sender: SENDER, since: NEW_YEAR, most })
    expect(await of(10)).toEqual([
      { session: 's-second', sender: SENDER, lastAt: NEW_YEAR + 3, calls: 1 },
      { session: 's-first', sender: SENDER, lastAt: NEW_YEAR + 2, calls: 2 },
    ])
    expect(await of(1)).toHaveLength(1)
    expect(await unaskedSessions(db.read, await db.anOrg(), { sender: SENDER, since: 0, most: 10 })).toEqual([])
  })

  test('a subagent whose hooks report its parent session has requested verdicts', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const hook = (attributes: object | null) =>
      aCall({
        session: 's-starter',
        surface: 'hook',
        attributes: attributes === null ? null : JSON.stringify(attributes),
      })
    await db.append(org, [
      hook(null),
      hook({ event: 'hook.PreToolUse' }),
      hook({ event: 'hook.PreToolUse', 'agent.id': 's-subagent' }),
      aCall({ session: 's-subagent' }),
      { ...hook({ 'agent.id': 's-alone' }), kind: 'system' },
      aCall({ session: 's-alone', attributes: JSON.stringify({ 'agent.id': 's-alone' }) }),
    ])
    const found = await unaskedSessions(db.read, org, { sender: SENDER, since: NEW_YEAR, most: 10 })
    expect(found.map(({ session }) => session)).toEqual(['s-alone'])
  })

  test('only the latest entries of an agent are examined', async () => {
    await using db = await open()
    const org = await db.anOrg()
    await db.append(org, [aCall({ session: 's-far' })])
    await db.append(
      org,
      times(LIMITS.unaskedEntries, (n) => aCall({ session: 's-near', at: NEW_YEAR + 1 + n })),
    )
    const found = await unaskedSessions(db.read, org, { sender: SENDER, since: NEW_YEAR, most: 10 })
    expect(found.map(({ session }) => session)).toEqual(['s-near'])
  })
}
