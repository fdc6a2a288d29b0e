import type { McpDefinitionsIn, McpDefinitionsOut, McpEntryIn, McpVerdict, McpVerdictOut } from '@sentinelmesh/api'
import { LIMITS } from './limits.ts'
import { Refused, type Link } from './link.ts'
import type { Spool } from './spool.ts'
import type { McpServer } from './teller.ts'
import { within } from './within.ts'

export type DefinitionsReport = Omit<McpDefinitionsIn, 'server'>

export interface ReportsOptions {
  readonly server: McpServer
  readonly link: Link
  /** Null: what is left at the end is lost. */
  readonly spool: Spool | null
  /** What is said of definitions that were sent. */
  readonly onDefinitions: (results: McpDefinitionsOut['results']) => void
  /** What tells that so many entries were lost. */
  readonly lostNote: (count: number) => readonly McpEntryIn[]
  /** A sentence for whoever started the proxy. */
  readonly say: (sentence: string) => void
  /** Milliseconds. */
  readonly now: () => number
}

/** What the server is told of one MCP server, in order; it waits while the server is away, up to a bound. */
export interface Reports {
  /** Stores these entries now and says what is thought of them. Throws as `Link.post` does. */
  judge(entries: readonly McpEntryIn[], waits: boolean): Promise<readonly McpVerdict[]>
  /** By the server's last answer; true until there is one. */
  isEnforcing(): boolean
  add(entries: readonly McpEntryIn[]): void
  /** So many entries will never be sent. */
  lose(count: number): void
  /** Resolves when the server has pinned them, or will not. */
  define(report: DefinitionsReport): Promise<void>
  /** Resolves when there is room for more, or after so long. */
  room(ms: number): Promise<void>
  /** Sends what is left until then; what still is left is kept for the next proxy. */
  close(deadline: number): Promise<void>
}

const ENTRIES_PATH = '/api/v1/mcp/verdict'
const DEFINITIONS_PATH = '/api/v1/mcp/definitions'

export function reports(options: ReportsOptions): Reports {
  const { server, link, spool, onDefinitions, lostNote, say, now } = options
  const queue: Sized<{ readonly wire: McpEntryIn }>[] = []
  const definitions: { readonly report: DefinitionsReport; readonly done: () => void }[] = []
  let queueBytes = 0
  let lost = 0
  let enforcing = true
  let sending: Promise<void> | undefined
  let roomy: (() => void)[] = []
  let isClosed = false

  const entriesBody = (entries: readonly McpEntryIn[], waits: boolean) => ({ server, waits, entries })
  const wiresOf = (some: readonly { readonly wire: McpEntryIn }[]) => some.map(({ wire }) => wire)

  async function judge(entries: readonly McpEntryIn[], waits: boolean): Promise<readonly McpVerdict[]> {
    const answers: McpVerdict[] = []
    for (const some of batches(entries.map(sized))) {
      const reply = await link.post<McpVerdictOut>(ENTRIES_PATH, entriesBody(wiresOf(some), waits))
      enforcing = reply.enforcing
      answers.push(...reply.results)
    }
    return answers
  }

  function add(wires: readonly McpEntryIn[]): void {
    for (const one of wires.map(sized)) {
      if (queue.length >= LIMITS.queueEntries || queueBytes + one.bytes > LIMITS.queueBytes) {
        lost += 1
        link.sayOnce(`${LIMITS.queueEntries} entries wait to be sent already: more are counted, not kept.`)
        continue
      }
      queue.push(one)
      queueBytes += one.bytes
    }
    send()
  }

  function send(): void {
    sending ??= sendAll().finally(() => {
      sending = undefined
      if (!isClosed && isDue()) send()
    })
  }

  const isDue = () => queue.length > 0 || definitions.length > 0 || spool?.isDue() === true

  async function sendAll(): Promise<void> {
    await link.pause()
    try {
      await sendDefinitions()
      await spool?.deliver(link.post)
      const [some] = batches(queue)
      if (some === undefined) return
      await judge(wiresOf(some), false)
      drop(some.length)
      if (lost > 0) {
        const count = lost
        lost = 0
        add(lostNote(count))
      }
    } catch (error) {
      if (!(error instanceof Refused)) return
      const [some = []] = batches(queue)
      lost += some.length
      drop(some.length)
    }
  }

  function drop(count: number): void {
    for (const { bytes } of queue.splice(0, count)) queueBytes -= bytes
    if (queue.length >= LIMITS.queueEntries / 2) return
    for (const go of roomy) go()
    roomy = []
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

  /** For the next proxy, in the order in which they would have been sent. */
  function keepLeft(): void {
    const bodies = [
      ...definitions
        .filter(({ report }) => report.definitions.length > 0)
        .map(({ report }) => ({
          path: DEFINITIONS_PATH,
          // By then others may have told what came and went.
          body: { server, definitions: report.definitions, listed: null },
          entries: report.definitions.length,
        })),
      ...batches(queue).map((some) => ({
        path: ENTRIES_PATH,
        body: entriesBody(wiresOf(some), false),
        entries: some.length,
      })),
    ]
    const unkept = spool === null ? bodies : bodies.filter((one) => !spool.keep(one))
    const kept = bodies.length - unkept.length
    if (kept > 0) say('What could not be sent waits on disk until a proxy with this key reaches the server.')
    const left = lost + unkept.reduce((sum, { entries }) => sum + entries, 0)
    if (left > 0) say(left === 1 ? 'One entry could not be sent.' : `${left} entries could not be sent.`)
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
    async room(ms) {
      // While nobody answers there will be none soon.
      if (queue.length < LIMITS.queueEntries || link.goneAway().aborted) return
      await within(new Promise<void>((resolve) => roomy.push(resolve)), ms, link.goneAway())
    },
    async close(deadline) {
      while ((queue.length > 0 || definitions.length > 0) && now() < deadline && !link.isAway()) {
        send()
        await within(sending ?? Promise.resolve(), deadline - now())
      }
      isClosed = true
      keepLeft()
    },
  }
}

type Sized<Item> = Item & { readonly bytes: number }

function sized(wire: McpEntryIn): Sized<{ readonly wire: McpEntryIn }> {
  return { wire, bytes: Buffer.byteLength(JSON.stringify(wire)) }
}

/** As much as one request takes, in order. */
export function batches<Item extends { readonly bytes: number }>(items: readonly Item[]): Item[][] {
  const all: Item[][] = []
  let bytes = 0
  for (const item of items) {
    const last = all.at(-1)
    if (last === undefined || last.length >= LIMITS.batchEntries || bytes + item.bytes > LIMITS.batchBytes) {
      all.push([item])
      bytes = item.bytes
    } else {
      last.push(item)
      bytes += item.bytes
    }
  }
  return all
}
