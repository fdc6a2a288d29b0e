import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import type { LogStore } from '@sentinelmesh/db'
import { startMesh, type Mesh } from '../../test/start-mesh.ts'
import { until } from '../../test/until.ts'
import { type Bus, memoryBus } from '../bus.ts'
import { systemClock } from '../clock.ts'
import { accept } from '../ingest/accept.ts'
import { follow } from './follow.ts'
import { sharedReads } from './read-shared.ts'

let mesh: Mesh
beforeAll(async () => (mesh = await startMesh()))
afterAll(() => mesh[Symbol.asyncDispose]())

/** A bus on which only an announcement ends a wait. A missed one is missed permanently, because no timer ends it. */
function patientBus(): Bus {
  const bus = memoryBus(systemClock)
  const patient = (follow: ReturnType<Bus['follow']>): ReturnType<Bus['follow']> => ({
    wait: (_ms, signal) => follow.wait(2 ** 31 - 1, signal),
    [Symbol.dispose]: () => follow[Symbol.dispose](),
  })
  return { ...bus, follow: (org) => patient(bus.follow(org)) }
}

/** Moments of a follower at the head, in chronological order. */
const MOMENTS = ['before it reads', 'while it reads', 'after it has read', 'before it waits'] as const

test.each(MOMENTS)('a follower sees an entry that is announced %s without waiting for another', async (moment) => {
  const { deps } = mesh.running
  const principalOrg = await deps.orgBySlug(mesh.first.slug)
  if (principalOrg === undefined) throw new Error('the org is there')
  const org = principalOrg.id as OrgId
  const bus = patientBus()
  let left = 1
  const at = async (now: (typeof MOMENTS)[number]) => {
    if (now !== moment || left === 0) return
    left -= 1
    await report()
  }
  const { logs } = deps.database
  const store: LogStore = {
    ...logs,
    async read(...asked) {
      await at('before it reads')
      const reading = logs.read(...asked)
      await at('while it reads')
      const slice = await reading
      await at('after it has read')
      return slice
    },
  }
  const shared = sharedReads(store)
  const report = () =>
    accept(
      {
        ...deps.ingest,
        announce(org) {
          shared.advanced(org)
          bus.announce(org)
        },
      },
      {
        principal: { type: 'system', org: principalOrg, name: 'cli' },
        action: 'logs.report',
        surface: 'rest',
        remoteAddress: null,
      },
      [{ value: { sender: 'agent.a', payload: moment }, text: null }],
      { lenient: false },
    )

  const stop = new AbortController()
  const seen: string[] = []
  const { seq: head } = await logs.head(org)
  const running = (async () => {
    const items = follow({ bus, shared, clock: systemClock }, org, {
      after: head as Seq,
      matches: () => true,
      drained: async () => {},
      signal: stop.signal,
    })
    for await (const item of items) {
      if (item.type === 'entry') seen.push(item.entry.payload.text)
      // The loop requests the next item after this, and the follower waits then.
      if (item.type === 'progress') await at('before it waits')
    }
  })()
  try {
    await until(() => seen.length > 0, 'the follower sees the entry')
    expect(seen).toEqual([moment])
  } finally {
    stop.abort()
    await running
  }
})
