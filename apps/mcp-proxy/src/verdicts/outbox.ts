import type { McpDefinitionsIn, McpDefinitionsOut, McpEntryIn, McpVerdict, McpVerdictOut } from '@sentinelmesh/api'
import { withDeadline } from '@sentinelmesh/flow/deadline'
import type { McpServer } from '../conversation/entry-factory.ts'
import { LIMITS } from '../limits.ts'
import { backlog as makeBacklog } from './backlog.ts'
import { batches, sized } from './batches.ts'
import { Refused, type ServerLink } from './server-link.ts'
import type { Spool } from './spool.ts'

export type DefinitionsReport = Omit<McpDefinitionsIn, 'server'>

export interface OutboxOptions {
  readonly server: McpServer
  readonly link: ServerLink
  /** Null: entries that are left at the end are lost. */
  readonly spool: Spool | null
  /** Receives the server's answers about definitions. */
  readonly onDefinitions: (results: McpDefinitionsOut['results']) => void
  /** Builds the entry that reports how many entries were lost. */
  readonly lostNote: (count: number) => readonly McpEntryIn[]
  /** Prints a sentence for the person who started the proxy. */
  readonly warn: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

/**
 * Sends the entries and definitions of one MCP server, in order. Entries wait while the SentinelMesh server is away. Beyond
 * the bounds of the backlog they are dropped, and the number of lost entries is reported later.
 */
export interface Outbox {
  /** Stores these entries now and returns their verdicts. Throws like `ServerLink.post`. */
  judge(entries: readonly McpEntryIn[], waits: boolean): Promise<readonly McpVerdict[]>
  /** Returns whether verdicts are enforced, by the server's last answer. True until the first answer. */
  isEnforcing(): boolean
  add(entries: readonly McpEntryIn[]): void
  /** Counts entries that will never be sent. */
  lose(count: number): void
  /** Resolves when the server has pinned the definitions, or has refused them. */
  define(report: DefinitionsReport): Promise<void>
  /** Resolves when the backlog has capacity, after `ms`, or when the server is away. */
  waitForCapacity(ms: number): Promise<void>
  /** Sends entries until the deadline. The rest goes to the spool. */
  close(deadline: number): Promise<void>
}

const ENTRIES_PATH = '/api/v1/mcp/verdict'
const DEFINITIONS_PATH = '/api/v1/mcp/definitions'

export function outbox(options: OutboxOptions): Outbox {
  const { server, link, spool, onDefinitions, lostNote, warn, now } = options
  const backlog = makeBacklog()
  const definitions: { readonly report: DefinitionsReport; readonly done: () => void }[] = []
  let lost = 0
  let enforcing = true
  let sending: Promise<void> | undefined
  let isClosed = false

  const entriesBody = (entries: readonly McpEntryIn[], waits: boolean) => ({ server, waits, entries })
  const isDue = () => backlog.size() > 0 || definitions.length > 0 || spool?.isDue() === true

  async function judge(entries: readonly McpEntryIn[], waits: boolean): Promise<readonly McpVerdict[]> {
    const verdicts: McpVerdict[] = []
    for (const batch of batches(entries.map(sized))) {
      const body = entriesBody(
        batch.map(({ wire }) => wire),
        waits,
      )
      const reply = await link.post<McpVerdictOut>(ENTRIES_PATH, body)
      enforcing = reply.enforcing
      verdicts.push(...reply.results)
    }
    return verdicts
  }

  function add(entries: readonly McpEntryIn[]): void {
    const dropped = backlog.add(entries)
    if (dropped > 0)
      link.warnOnce(`${LIMITS.queueEntries} entries wait to be sent already: more are counted, not kept.`)
    lost += dropped
    send()
  }

  function send(): void {
    sending ??= sendBatch().finally(() => {
      sending = undefined
      if (!isClosed && isDue()) send()
    })
  }

  async function sendBatch(): Promise<void> {
    await link.backOff()
    try {
      await sendDefinitions()
      await spool?.deliver(link.post)
      const [batch] = backlog.batches()
      if (batch === undefined) return
      await judge(batch, false)
      backlog.remove(batch.length)
      if (lost > 0) {
        const count = lost
        lost = 0
        add(lostNote(count))
      }
    } catch (error) {
      if (!(error instanceof Refused)) return
      const [batch = []] = backlog.batches()
      lost += batch.length
      backlog.remove(batch.length)
    }
  }

  async function sendDefinitions(): Promise<void> {
    for (let next = definitions[0]; next !== undefined; next = definitions[0]) {
      try {
        const reply = await link.post<McpDefinitionsOut>(DEFINITIONS_PATH, { server, ...next.report })
        enforcing = reply.enforcing
        onDefinitions(reply.results)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        lost += next.report.definitions.length
      }
      definitions.shift()
      next.done()
    }
  }

  /** Spools what is left for the next proxy, in the order of sending. */
  function spoolRest(): void {
    const requests = [
      ...definitions
        .filter(({ report }) => report.definitions.length > 0)
        .map(({ report }) => ({
          path: DEFINITIONS_PATH,
          // The list of names may be out of date by then.
          body: { server, definitions: report.definitions, listed: null },
          entries: report.definitions.length,
        })),
      ...backlog.batches().map((batch) => ({
        path: ENTRIES_PATH,
        body: entriesBody(batch, false),
        entries: batch.length,
      })),
    ]
    const notSpooled = spool === null ? requests : requests.filter((request) => !spool.keep(request))
    if (notSpooled.length < requests.length)
      warn('What could not be sent waits on disk until a proxy with this key reaches the server.')
    const unsent = lost + notSpooled.reduce((sum, { entries }) => sum + entries, 0)
    if (unsent > 0) warn(unsent === 1 ? 'One entry could not be sent.' : `${unsent} entries could not be sent.`)
  }

  if (isDue()) send()
  return {
    judge,
    isEnforcing: () => enforcing,
    add,
    lose(count) {
      lost += count
    },
    define(report) {
      const done = new Promise<void>((resolve) => {
        if (definitions.length < LIMITS.heldMessages) definitions.push({ report, done: resolve })
        else {
          lost += report.definitions.length
          resolve()
        }
      })
      send()
      return done
    },
    async waitForCapacity(ms) {
      // While the server is away, no wait is long enough.
      if (!backlog.isFull() || link.goneAway().aborted) return
      await withDeadline(backlog.hasCapacity(), ms, link.goneAway())
    },
    async close(deadline) {
      while ((backlog.size() > 0 || definitions.length > 0) && now() < deadline && !link.isAway()) {
        send()
        await withDeadline(sending ?? Promise.resolve(), deadline - now())
      }
      isClosed = true
      spoolRest()
    },
  }
}
