import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from '../limits.ts'
import { Refused, type ServerLink } from './server-link.ts'

/** A request that the server has not accepted. */
export interface Unsent {
  readonly path: string
  readonly body: object
}

/**
 * Requests on disk, left by proxies that ended while the server was away. Several proxies may deliver the same request at the
 * same time: the server deduplicates entries by their anchors.
 */
export interface Spool {
  /** False if the file system refuses. Deletes the oldest requests of all proxies to stay within `LIMITS.spoolBytes`. */
  keep(unsent: Unsent): boolean
  isDue(): boolean
  /**
   * Sends the requests that were there at the start, oldest first. Deletes what the server refuses; if it refuses the key,
   * stops and keeps the rest. Throws if the server is away.
   */
  deliver(post: ServerLink['post']): Promise<void>
}

export interface SpoolOptions {
  readonly folder: string
  /** The address and the key identify the owner of a request. Requests of other owners are in the same folder. */
  readonly url: string
  readonly apiKey: string
  /** Milliseconds. */
  readonly now: () => number
}

const NAME = /^\d{15}-\d{4}-[\da-f-]{36}\.[\da-f]{16}\.json$/

export function openSpool({ folder, url, apiKey, now }: SpoolOptions): Spool {
  const owner = createHash('sha256').update(`${url}\0${apiKey}`).digest('hex').slice(0, 16)
  const path = (name: string) => join(folder, name)
  let due = names().filter((name) => name.endsWith(`.${owner}.json`))
  let kept = 0

  /** Oldest first. */
  function names(): string[] {
    try {
      return readdirSync(folder)
        .filter((name) => NAME.test(name))
        .toSorted()
    } catch {
      // The folder does not exist yet, or cannot be read.
      return []
    }
  }

  function makeRoom(bytes: number): void {
    const waiting = names().map((name) => ({ name, bytes: lstatSync(path(name)).size }))
    let all = waiting.reduce((sum, one) => sum + one.bytes, bytes)
    for (const one of waiting) {
      if (all <= LIMITS.spoolBytes) return
      rmSync(path(one.name), { force: true })
      all -= one.bytes
    }
  }

  return {
    keep(unsent) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        chmodSync(folder, 0o700)
        const text = JSON.stringify(unsent)
        makeRoom(Buffer.byteLength(text))
        const [time, count] = [String(now()).padStart(15, '0'), String(kept).padStart(4, '0')]
        const name = `${time}-${count}-${randomUUID()}.${owner}.json`
        // Another proxy must not read a file that is half written.
        writeFileSync(path(`${name}.unfinished`), text, { mode: 0o600, flag: 'wx' })
        renameSync(path(`${name}.unfinished`), path(name))
        kept += 1
        return true
      } catch {
        return false
      }
    },
    isDue: () => due.length > 0,
    async deliver(post) {
      for (let [name] = due; name !== undefined; [name] = due) {
        const unsent = readUnsent(path(name))
        try {
          if (unsent !== null) await post(unsent.path, unsent.body)
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          if (error.isAboutKey) return void (due = [])
        }
        rmSync(path(name), { force: true })
        due = due.slice(1)
      }
    },
  }
}

/** Null if another proxy has delivered it, or if it is not a file of ours. */
function readUnsent(file: string): Unsent | null {
  try {
    return lstatSync(file).isFile() ? (JSON.parse(readFileSync(file, 'utf8')) as Unsent) : null
  } catch {
    return null
  }
}
