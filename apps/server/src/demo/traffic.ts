import type { EntryIn } from '@sentinelmesh/api'
import { randomOf, type Random } from './random.ts'
import { sceneOf } from './scene.ts'
import { benignSession, pickAgent } from './sessions.ts'
import type { Step } from './steps.ts'
import { attackSession } from './stories.ts'

/**
 * A complete entry in the format of the API. `id` and `timestamp` (ISO with milliseconds) are the same in every run.
 */
export type DemoEntry = EntryIn & { readonly id: string; readonly timestamp: string; readonly session: string }

export interface DatedEntry {
  readonly entry: DemoEntry
  readonly atMs: number
}

/** The entries in `[fromMs, untilMs)`, oldest first. */
export interface DemoHour {
  readonly fromMs: number
  readonly untilMs: number
  readonly entries: readonly DemoEntry[]
}

const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS
const HISTORY_MS = 24 * HOUR_MS

/** Sessions begin in slots. A slot does not depend on the requested range, so ranges may be cut anywhere. */
const SLOT_MS = 60 * SECOND_MS
/** Maximum length of a session. An entry's session began at most this long before it. */
const SESSION_MS = 6 * 60 * SECOND_MS
/** One attack begins in the first quarter of each span. So every hour has one, and attacks stay the exception. */
const STORY_SPAN_MS = 1_800 * SECOND_MS
const STORY_MS = 150 * SECOND_MS
/** Most attacks fail. It would be unrealistic if all of them succeeded. */
const STORY_SUCCEEDS = 0.35

/** Gives about 20,000 entries a day, at 12.7 entries per session and 48 stories. */
const SESSIONS_PER_SLOT = 0.99
/** Added by live traffic, for about 5 entries per second in total. */
const LIVE_SESSIONS_PER_SLOT = 21.5

/**
 * The history of the simulated agents in `[from, until)`, newest hour first. By default, `from` is 24 hours before
 * `until`. A seed gives the same entries regardless of the ranges, so a restart continues the history, and overlaps
 * contain only duplicates. Holds one hour in memory.
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
 * Includes all entries of `demoTraffic` after `from`, among about 5 entries per second, in order and without end. The
 * caller waits until `atMs` (since 1970) before it sends an entry. A later `from` gives the same entries from there on.
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
  // One slot in eight is busy, because people and alarms come in bursts. The mean stays the same.
  const burst = random.chance(0.125) ? 2.4 : 0.8
  return Array.from({ length: Math.floor(mean * burst + random.next()) }, (_, index) => {
    const own = randomOf(seed, stream, span, index)
    const beginMs = span * SLOT_MS + own.int(0, SLOT_MS - 1)
    const scene = sceneOf(own)
    return dated(benignSession(scene, pickAgent(scene, daylight)), { beginMs, mostMs: SESSION_MS, random: own })
  }).flat()
}

/** Adds the time, session, and id to steps. Speeds up a session that would exceed the maximum length. */
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

/** 0 at 01:00 UTC, 1 at 13:00 UTC. */
function daylightAt(atMs: number): number {
  return (1 - Math.cos((2 * Math.PI * (atMs - HOUR_MS)) / HISTORY_MS)) / 2
}
