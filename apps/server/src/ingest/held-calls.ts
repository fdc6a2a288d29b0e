import { createHmac } from 'node:crypto'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { type Database, type HeldCall, heldCallStore } from '@sentinelmesh/db'
import type { Entry } from '@sentinelmesh/rules'
import type { Clock } from '../clock.ts'
import { computedId } from '../judging/computed-id.ts'

/**
 * Calls that the policy blocked or asked about. A person can allow one of them once, and a result of one of them shows
 * that it took effect.
 */
export interface HeldCalls {
  /** An org's calls of the last `heldCallMs`. They are read once and then kept in memory. */
  of(org: OrgId): Promise<OrgHeldCalls>
}

export interface OrgHeldCalls {
  /** The attributes of a result whose call was held. Null for everything else. */
  marksOf(entry: Entry, hmacKey: Uint8Array): CallMarks | null
  /** Uses the allowance of this exact call in its session. Undefined if there is none. */
  useAllowance(digest: string): HeldCall | undefined
  /** Stores that a call was held. */
  hold(call: Pick<HeldCall, 'entry' | 'digest' | 'callKey' | 'verdict' | 'surface'>): Promise<void>
  /** Stores which entry used an allowance. */
  used(call: HeldCall, usedEntry: LogId): Promise<void>
  /** A call that was not held has this key now: some clients use an id again. Its result is not of a held call. */
  release(callKey: string | null): Promise<void>
  /** Stores that a held call has a result. */
  hasResult(entry: LogId, resultEntry: LogId): Promise<void>
  /** Call this when an allowance is committed. It takes effect with the next call. */
  allowed(call: HeldCall): void
}

/** What a result says about its call. `allowed_by`: `person` if the client asked one, `client` if it decided itself. */
export interface CallMarks {
  readonly 'call.verdict': HeldCall['verdict']
  readonly 'call.entry': LogId
  readonly 'call.allowed_by'?: 'person' | 'client'
}

/** Identifies a call by its tool, its arguments, and its session, as they were sent. */
export function callDigest(hmacKey: Uint8Array, { kind, receiver, session, payload }: Entry): string {
  const anchor = JSON.stringify(['held call v1', receiver, session])
  return Buffer.from(computedId(hmacKey, { kind, anchor, payload })).toString('hex')
}

/** Identifies a call and its result by their session and the client's id of the call. Null without such an id. */
export function callKey(hmacKey: Uint8Array, { session, attributes }: Pick<Entry, 'session' | 'attributes'>) {
  const callId = attributes?.includes('tool.call_id') ? membersOf(attributes)['tool.call_id'] : null
  if (typeof callId !== 'string') return null
  return createHmac('sha256', hmacKey)
    .update(JSON.stringify(['call key v1', session, callId]))
    .digest('hex')
    .slice(0, 32)
}

const membersOf = (attributes: string) => JSON.parse(attributes) as Readonly<Record<string, unknown>>

export function heldCalls({ database, clock }: { readonly database: Database; readonly clock: Clock }): HeldCalls {
  const known = new Map<OrgId, Promise<OrgHeldCalls>>()
  return {
    of(org) {
      const before = known.get(org)
      if (before !== undefined) return before
      const since = (clock.now() - LIMITS.heldCallMs) * 1000
      const read = heldCallStore(database.read)
        .since(org, since, LIMITS.heldCalls)
        .then((calls) => orgHeldCalls({ database, clock, org }, calls.toReversed()))
      known.set(org, read)
      read.catch(() => {
        if (known.get(org) === read) known.delete(org)
      })
      return read
    },
  }
}

interface OfOrg {
  readonly database: Database
  readonly clock: Clock
  readonly org: OrgId
}

/** `calls`: oldest first. */
function orgHeldCalls({ database, clock, org }: OfOrg, calls: readonly HeldCall[]): OrgHeldCalls {
  const byEntry = new Map<LogId, HeldCall>()
  const byKey = new Map<string, HeldCall>()
  const allowances = new Map<string, HeldCall>()
  for (const call of calls) remember(call)

  function remember(call: HeldCall): void {
    byEntry.set(call.entry, call)
    if (call.callKey !== null) byKey.set(call.callKey, call)
    if (call.allowedAt !== null && call.usedAt === null) allowances.set(call.digest, call)
    const [oldest] = byEntry.values()
    if (byEntry.size <= LIMITS.heldCalls || oldest === undefined) return
    byEntry.delete(oldest.entry)
    if (oldest.callKey !== null && byKey.get(oldest.callKey) === oldest) byKey.delete(oldest.callKey)
    if (allowances.get(oldest.digest) === oldest) allowances.delete(oldest.digest)
  }

  const isRecent = ({ at }: HeldCall) => at / 1000 > clock.now() - LIMITS.heldCallMs

  return {
    marksOf(entry, hmacKey) {
      if (entry.kind !== 'tool_result' || byKey.size === 0) return null
      const key = callKey(hmacKey, entry)
      const call = key === null ? undefined : byKey.get(key)
      if (call === undefined || !isRecent(call) || isRefusal(entry, call)) return null
      const { verdict, entry: id, surface } = call
      return {
        'call.verdict': verdict,
        'call.entry': id,
        ...(verdict === 'ask' ? { 'call.allowed_by': surface === 'hook' ? 'person' : 'client' } : {}),
      }
    },

    useAllowance(digest) {
      const call = allowances.get(digest)
      if (call === undefined) return undefined
      allowances.delete(digest)
      return clock.now() - (call.allowedAt ?? 0) / 1000 <= LIMITS.allowOnceMs ? call : undefined
    },

    async hold(call) {
      const at = clock.now() * 1000
      await database.transaction(async (tx) => {
        await heldCallStore(tx).add(org, { ...call, at })
        await heldCallStore(tx).forget(org, at - LIMITS.heldCallStoredMs * 1000)
      })
      const nothing = { allowedAt: null, allowedBy: null, usedAt: null, usedEntry: null, resultEntry: null }
      remember({ ...(byEntry.get(call.entry) ?? { ...call, ...nothing }), callKey: call.callKey, at })
    },

    async release(key) {
      const call = key === null ? undefined : byKey.get(key)
      if (key === null || call === undefined) return
      byKey.delete(key)
      byEntry.set(call.entry, { ...call, callKey: null })
      await database.transaction((tx) => heldCallStore(tx).release(org, key))
    },

    async used({ entry }, usedEntry) {
      const at = clock.now() * 1000
      await database.transaction((tx) => heldCallStore(tx).use(org, entry, { at, usedEntry }))
    },

    async hasResult(entry, resultEntry) {
      await database.transaction((tx) => heldCallStore(tx).setResult(org, entry, resultEntry))
    },

    allowed: remember,
  }
}

/** Some clients report a result of a refused call: an error, or our own reason, which names the entry. */
function isRefusal({ payload, attributes }: Entry, { entry }: HeldCall): boolean {
  const members = membersOf(attributes ?? '{}')
  return payload.text.includes(entry) || members['tool.success'] === false || 'error' in members
}
