import type { McpEntryIn, McpVerdict, McpVerdictIn, McpVerdictOut, OrgId } from '@sentinelmesh/api'
import { type McpPin, mcpPinStore } from '@sentinelmesh/db'
import { slotQueue } from '@sentinelmesh/flow/fair-queue'
import { type MappedEntry, withBoundedTime } from '@sentinelmesh/telemetry'
import { onlyAccepted } from '../../ingest/accept.ts'
import { acceptMapped } from '../../ingest/accept-mapped.ts'
import type { OpenDecider } from '../../ingest/ingest.ts'
import type { OrgCall, Deps, Verb } from '../verb.ts'
import { checkMapped } from '../verdicts/check.ts'
import { answerFor, type Decision } from '../verdicts/decide.ts'
import { reasonOf } from '../verdicts/reason.ts'
import { definitionDiff, keptName } from './definition.ts'
import { serverId } from './server-id.ts'

/** Judges and stores the messages that the proxy has read. A call's entry says whether its tool has changed. */
export const judge: Verb<'mcpProxy.judge', 'ingest' | 'sources' | 'verdicts'> = async (deps, call, input) => {
  const changes = await changedDefinitions(deps, call.org, input)
  const entries = input.entries.map((entry) => {
    const diff = changes.get(entry)
    return withFindings(entry, diff === undefined ? {} : { 'mcp.definition': 'changed', 'mcp.definition_diff': diff })
  })
  return answered(deps, { call, waits: input.waits, entries })
}

/** Facts about a definition that only this server can establish. Claims of the reporter do not count. */
export interface Findings {
  readonly 'mcp.definition'?: 'new' | 'same' | 'changed' | 'unpinned'
  readonly 'mcp.definition_hash'?: string
  readonly 'mcp.definition_diff'?: string
  /** The other server with a tool of this name. */
  readonly 'mcp.shadows'?: string
}

export function withFindings(entry: McpEntryIn, findings: Findings): McpEntryIn {
  const {
    'mcp.definition': _state,
    'mcp.definition_hash': _hash,
    'mcp.definition_diff': _diff,
    'mcp.shadows': _shadows,
    ...attributes
  } = entry.attributes
  // Only this server sees these, so an earlier report of the same definition must not hide them as a duplicate.
  const seenHere = [
    findings['mcp.definition'] === 'changed' ? ' changed' : '',
    attributes['mcp.header_mismatch'] === true ? ' header mismatch' : '',
  ]
  const anchor = entry.anchor === null ? null : `${entry.anchor}${seenHere.join('')}`
  return { ...entry, attributes: { ...attributes, ...findings }, anchor }
}

/** Describes the change of definition for each call whose tool changed and waits for approval. */
async function changedDefinitions(
  deps: Deps<'ingest'>,
  org: OrgId,
  { server, entries }: McpVerdictIn,
): Promise<ReadonlyMap<McpEntryIn, string>> {
  const resting = entries.flatMap((entry) =>
    entry.rests === null ? [] : [{ entry, rests: { ...entry.rests, name: keptName(entry.rests.name) } }],
  )
  const changes = new Map<McpEntryIn, string>()
  if (resting.length === 0) return changes
  const id = serverId(await deps.ingest.hmacKey(org), server)
  const store = mcpPinStore(deps.database.read)
  for (const kind of new Set(resting.map(({ rests }) => rests.kind))) {
    const some = resting.filter(({ rests }) => rests.kind === kind)
    const names = [...new Set(some.map(({ rests }) => rests.name))]
    const versions = await store.versions(org, { server: id, kind }, names)
    for (const { entry, rests } of some) {
      const known = versions.filter(({ name }) => name === rests.name)
      const accepted = known.findLast(({ state }) => state !== 'waiting')
      const used = usedVersion(known, rests.hash)
      if (used?.state === 'waiting') changes.set(entry, definitionDiff(accepted?.definition ?? '', used.definition))
      // The waiting version was evicted by newer ones.
      if (used === undefined && accepted !== undefined) changes.set(entry, NOT_KEPT)
    }
  }
  return changes
}

const NOT_KEPT = 'This version is not kept: too many wait to be approved.'

/** The version that the connection saw. If it saw none, the newest version that any connection saw. */
function usedVersion(versions: readonly McpPin[], hash: string | null): McpPin | undefined {
  if (hash !== null) return versions.find((version) => version.hash === hash)
  return versions.toSorted((a, b) => a.lastSeenAt - b.lastSeenAt || a.firstSeenAt - b.firstSeenAt).at(-1)
}

export interface Answering {
  readonly call: OrgCall
  readonly waits: boolean
  readonly entries: readonly McpEntryIn[]
}

/**
 * Entries of one report that are judged at a time if nobody waits for them. Each large one takes a place of
 * `heavyVerdicts`, and a report can have more entries than there are places.
 */
const UNHURRIED_AT_A_TIME = 8

/** Judges and stores the entries, each with its verdict. */
export async function answered(
  deps: Deps<'ingest' | 'sources' | 'verdicts'>,
  answering: Answering,
): Promise<McpVerdictOut> {
  const { call, waits, entries } = answering
  const { org, principal, remoteAddress, holdWhile } = call
  const asking = { surface: 'mcp', remoteAddress, holdWhile } as const
  const places = slotQueue<OrgId>({ perOwner: UNHURRIED_AT_A_TIME })
  const results = await Promise.all(
    entries.map(async (entry): Promise<McpVerdict> => {
      if (!waits || entry.late !== null) {
        using _place = await places.enter({ owner: org })
        return await unhurried(deps, answering, entry)
      }
      const mapped = mappedOf(entry, deps.clock.now())
      const { verdict, would, unasked, log_id, risk, reason } = await checkMapped(deps, principal, mapped, asking)
      return {
        verdict,
        ...(would === undefined ? {} : { would }),
        ...(unasked === undefined ? {} : { unasked }),
        log_id,
        risk,
        reason,
      }
    }),
  )
  const count = { source: 'mcp', scope: '', records: entries.length, entries: entries.length, refused: 0 } as const
  deps.sources.count(org, 'mcp', [count])
  const { rules } = await deps.verdicts.policies.of(org)
  return { enforcing: !rules.isDryRun, results }
}

/** Judges without a time budget. Nobody waits for it, so it uses the rules whenever they are available. */
async function unhurried(
  { ingest, verdicts, clock }: Deps<'ingest' | 'verdicts'>,
  { call: { org, principal, remoteAddress } }: Answering,
  entry: McpEntryIn,
): Promise<McpVerdict> {
  const [{ rules: policy }, pauses] = await Promise.all([verdicts.policies.of(org), verdicts.pauses.of(org)])
  const relief = policy.isDryRun ? 'dry_run' : pauses.includes([entry.sender, entry.receiver]) ? 'paused' : null
  let decided: (Decision & { readonly risk: number }) | undefined
  const openDecider: OpenDecider = async (of) => ({
    rules: await ingest.ruleSets.of(of),
    decide(judged, isJudged) {
      // The proxy already decided, according to its settings.
      if (entry.late !== null)
        return { verdict: entry.late === 'refused' ? 'block' : null, would: null, unjudged: true }
      decided = { ...policy.decide(judged), risk: judged.risk }
      return { ...answerFor(decided.verdict, relief), unjudged: !isJudged || decided.undecided }
    },
  })
  const reporter = { principal, action: 'verdicts.check', surface: 'mcp', remoteAddress } as const
  const accepted = onlyAccepted(await acceptMapped(ingest, reporter, [mappedOf(entry, clock.now())], openDecider))
  const logId = accepted.id
  if (decided === undefined) return { verdict: 'allow', log_id: logId, risk: accepted.risk, reason: null }
  return {
    verdict: relief === null ? decided.verdict : 'allow',
    ...(relief === null ? {} : { would: decided.verdict }),
    log_id: logId,
    risk: decided.risk,
    reason: reasonOf({
      ...decided,
      kind: entry.kind,
      words: null,
      relief,
      logId,
      instead: decided.undecided ? 'undecided' : null,
    }),
  }
}

function mappedOf({ late: _late, rests: _rests, ...entry }: McpEntryIn, nowMs: number): MappedEntry {
  return withBoundedTime({ source: 'mcp', ...entry }, nowMs)
}
