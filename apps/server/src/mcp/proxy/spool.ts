import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from './limits.ts'
import { Refused, type Link } from './link.ts'

/** A request that no server has taken. */
export interface Unsent {
  readonly path: string
  readonly body: object
}

/**
 * Requests on disk, left by proxies that ended while the server was away. Several proxies may deliver the same one at a time:
 * what arrives twice is stored once, by the anchors that entries have.
 */
export interface Spool {
  /** False where it cannot be kept. Drops the oldest where there is no more room. */
  keep(unsent: Unsent): boolean
  isDue(): boolean
  /** Sends what lay there at the start, the oldest first; what the server refuses is dropped, unless it is for the key. Throws where it is away. */
  deliver(post: Link['post']): Promise<void>
}

export interface SpoolOptions {
  readonly folder: string
  /** For whom it is kept. What is for others lies in the same folder and is left alone. */
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

  /** The oldest first. */
  function names(): string[] {
    try {
      return readdirSync(folder)
        .filter((name) => NAME.test(name))
        .toSorted()
    } catch {
      // There is none yet, or it cannot be read: then nothing waits.
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
        // Nobody is to read half of it.
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

/** Null where another proxy was quicker, or it is nothing of ours. */
function readUnsent(file: string): Unsent | null {
  try {
    return lstatSync(file).isFile() ? (JSON.parse(readFileSync(file, 'utf8')) as Unsent) : null
  } catch {
    return null
  }
}
