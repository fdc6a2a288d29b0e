import type { EntryIn } from '@sentinelmesh/api'
import { randomOf, type Random } from './random.ts'
import { sceneOf } from './scene.ts'
import { benignSession, pickAgent } from './sessions.ts'
import type { Step } from './steps.ts'
import { attackSession } from './stories.ts'

/** An entry as a reporter sends it, complete: `id` and `timestamp` (ISO with milliseconds) never differ between runs. */
export type DemoEntry = EntryIn & { readonly id: string; readonly timestamp: string; readonly session: string }

export interface DatedEntry {
  readonly entry: DemoEntry
  readonly atMs: number
}

/** What happened in `[fromMs, untilMs)`, oldest first. */
export interface DemoHour {
  readonly fromMs: number
  readonly untilMs: number
  readonly entries: readonly DemoEntry[]
}

const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS
const HISTORY_MS = 24 * HOUR_MS

/** Sessions begin in slots, and a slot knows nothing of the range that is asked for: that is why ranges may be cut anywhere. */
const SLOT_MS = 60 * SECOND_MS
/** No session lasts longer, so what is told at an instant began at most this long before. */
const SESSION_MS = 6 * 60 * SECOND_MS
/** One attack begins in the first quarter of each such span: an hour always holds a whole one, and few enough to be an exception. */
const STORY_SPAN_MS = 1_800 * SECOND_MS
const STORY_MS = 150 * SECOND_MS
/** Most attacks are seen through; a day in which all succeed is nobody's day. */
const STORY_SUCCEEDS = 0.35

/** For about 20,000 entries a day at 12.7 entries a session and 48 stories. */
const SESSIONS_PER_SLOT = 0.99
/** What live traffic adds to that, for about 5 entries a second in all. */
const LIVE_SESSIONS_PER_SLOT = 21.5

/**
 * The history of the simulated agents in `[from, until)`, the newest hour first; `from` is 24 hours before `until` unless told.
 * The same seed gives the same entries however time is cut into ranges, so that a later start continues where the last one
 * ended, and an overlap sends duplicates, never other entries. Holds one hour in memory.
 */
export function* demoTraffic(range: {
  seed: string | number
  until: Date | number
  from?: Date | number
}): Generator<DemoHour, void> {
  const until = Number(range.until)
  const from = Number(range.from ?? until - HISTORY_MS)

  for (let untilMs = until; untilMs > from; untilMs -= HOUR_MS) {
    const fromMs = Math.max(from, untilMs - HOUR_MS)
    yield { fromMs, untilMs, entries: told(range.seed, ['daily', 'story'], fromMs, untilMs).map(({ entry }) => entry) }
  }
}

/**
 * All that `demoTraffic` has from `from` on, among about 5 entries a second, in order and without end. The caller waits until
 * `atMs` (since 1970) before it sends an entry. A later `from` gives the same entries from there on.
 */
export function* liveTraffic({
  seed,
  from,
}: {
  seed: string | number
  from: Date | number
}): Generator<DatedEntry, never> {
  for (let fromMs = Number(from); ;) {
    const untilMs = (Math.floor(fromMs / SLOT_MS) + 1) * SLOT_MS
    yield* told(seed, ['daily', 'story', 'live'], fromMs, untilMs)
    fromMs = untilMs
  }
}

type Stream = 'daily' | 'story' | 'live'

function told(seed: string | number, streams: readonly Stream[], fromMs: number, untilMs: number): DatedEntry[] {
  return streams
    .flatMap((stream) => {
      const spanMs = stream === 'story' ? STORY_SPAN_MS : SLOT_MS
      const first = Math.floor((fromMs - SESSION_MS) / spanMs)
      const spans = Array.from({ length: Math.ceil(untilMs / spanMs) - first }, (_, index) => first + index)
      return spans.flatMap((span) => sessionsOf(seed, stream, span))
    })
    .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
    .sort((a, b) => a.atMs - b.atMs || (a.entry.id < b.entry.id ? -1 : 1))
}

function sessionsOf(seed: string | number, stream: Stream, span: number): DatedEntry[] {
  const random = randomOf(seed, stream, span)
  if (stream === 'story') {
    const beginMs = span * STORY_SPAN_MS + random.int(0, STORY_SPAN_MS / 4)
    const succeeds = random.chance(STORY_SUCCEEDS)
    const steps = attackSession(sceneOf(random), { daylight: daylightAt(beginMs), succeeds })
    return dated(steps, { beginMs, mostMs: STORY_MS, random })
  }
  const daylight = daylightAt(span * SLOT_MS)
  const mean = stream === 'live' ? LIVE_SESSIONS_PER_SLOT : SESSIONS_PER_SLOT * (0.4 + 1.2 * daylight)
  // One slot in eight is busy, since people and alarms come in bursts; the mean stays.
  const burst = random.chance(0.125) ? 2.4 : 0.8
  return Array.from({ length: Math.floor(mean * burst + random.next()) }, (_, index) => {
    const own = randomOf(seed, stream, span, index)
    const beginMs = span * SLOT_MS + own.int(0, SLOT_MS - 1)
    const scene = sceneOf(own)
    return dated(benignSession(scene, pickAgent(scene, daylight)), { beginMs, mostMs: SESSION_MS, random: own })
  }).flat()
}

/** Gives steps their time, session and id. A session that would last too long is told faster. */
function dated(
  steps: readonly Step[],
  { beginMs, mostMs, random }: { beginMs: number; mostMs: number; random: Random },
): DatedEntry[] {
  const session = `s-${random.text(12, '0123456789abcdef')}`
  const lastsMs = steps.reduce((sum, { afterMs }) => sum + afterMs, 0)
  const pace = Math.min(1, (mostMs - 1) / lastsMs)
  let passedMs = 0
  return steps.map(({ afterMs, ...said }, index) => {
    passedMs += afterMs
    const atMs = beginMs + Math.floor(passedMs * pace)
    const id = `demo-${session}-${String(index + 1).padStart(2, '0')}`
    return { atMs, entry: { id, session, timestamp: new Date(atMs).toISOString(), ...said } }
  })
}

/** From 0 at one in the night to 1 at one in the afternoon, UTC. */
function daylightAt(atMs: number): number {
  return (1 - Math.cos((2 * Math.PI * (atMs - HOUR_MS)) / HISTORY_MS)) / 2
}
