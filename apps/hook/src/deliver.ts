import { existsSync } from 'node:fs'
import { LIMITS } from './limits.ts'
import { messageOf, toNoAnswer } from './no-answer.ts'
import type { Places } from './places.ts'
import { post } from './post.ts'
import { readSettings, type Server } from './settings.ts'
import type { Send, Spool } from './spool.ts'
import { write } from './write.ts'

/**
 * The agent waits for this process, so a second process delivers the backlog. Its failure does not affect the reply.
 */
export async function deliverLater(places: Places, self: readonly string[]): Promise<void> {
  try {
    if (places.spoolFolder === null || !existsSync(places.spoolFolder)) return
    const spool = await spoolIn(places)
    if (spool?.isDue() !== true || spool.hasJustFailed()) return
    const { spawn } = await import('node:child_process')
    const delivering = spawn(process.execPath, [...self, 'flush'], {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
    })
    delivering.on('error', () => {})
    delivering.unref()
  } catch {
    // A later call retries.
  }
}

/** `flush`: delivers the backlog, prints the result, and ends the process. */
export async function flush(places: Places): Promise<never> {
  const { server, problem } = readSettings(places, {}, process.env)
  if (server === null) return endFlush(`${problem}`, 1)
  const spool = await spoolIn(places)
  if (spool === null) return endFlush('Without a home nothing is kept.', 0)
  try {
    const { send, problem: why } = sender(server)
    const done = await spool.deliver(send)
    if (done === undefined) return endFlush('Another process is delivering.', 0)
    const { delivered, refused, left } = done
    return endFlush(`${delivered} delivered, ${refused} refused, ${left} waiting. ${why()}`.trim(), left === 0 ? 0 : 1)
  } catch (error) {
    return endFlush(`What waits cannot be delivered: ${messageOf(error)}.`, 1)
  }
}

function endFlush(say: string, code: 0 | 1): never {
  write(code === 0 ? 1 : 2, `sentinelmesh-hook: ${say}\n`)
  return process.exit(code)
}

/** `problem` returns why the last input was not delivered. */
function sender(server: Server): { send: Send; problem: () => string } {
  const until = performance.now() + LIMITS.deliveryMs
  let problem = ''
  const send: Send = async ({ spool, client, missing, waiting }) => {
    if (performance.now() > until) return 'kept'
    const query = new URLSearchParams({ spool })
    if (missing !== null) query.set('missing', `${missing.from}-${missing.to}`)
    if (waiting !== null) {
      query.set('late', String(waiting.number))
      // A timestamp from a clock that was ahead would make the server refuse the input.
      query.set('at', String(Math.min(waiting.at, Date.now())))
      query.set('fail', waiting.fail)
    }
    const path = `/api/v1/hook/${client}/late?${query}`
    try {
      await post(server, path, waiting?.input ?? Buffer.from('{}'), AbortSignal.timeout(LIMITS.deliveryPostMs))
      return 'delivered'
    } catch (error) {
      const { message, isRefused } = toNoAnswer(error)
      problem = message
      return isRefused ? 'refused' : 'kept'
    }
  }
  return { send, problem: () => problem }
}

/** Loads the spool on first use. Null if the user has no home. */
export async function spoolIn({ spoolFolder }: Places): Promise<Spool | null> {
  return spoolFolder === null ? null : (await import('./spool.ts')).openSpool(spoolFolder)
}
