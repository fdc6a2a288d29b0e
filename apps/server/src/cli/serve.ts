import { readConfig } from '../config.ts'
import { openDataFolder, SETUP_LINK_FILE } from '../data-folder.ts'
import { start, type Running } from '../start.ts'
import { here } from './here.ts'

/** Accepted work finishes sooner unless the disk hangs. */
const STOP_AT_MOST_MS = 9_500

export async function serve(): Promise<void> {
  const config = readConfig(process.env)
  const folder = openDataFolder(config.dataDir)
  const running = await start({ config, folder, listen: 'network', ...here() }).catch((error: unknown) => {
    folder.release()
    throw error
  })
  stopOnSignal(running)
  const terminal = process.stdout.isTTY === true
  if (terminal) process.stdout.write(`\n  SentinelMesh listens on ${running.url}\n  Data: ${config.dataDir}\n`)
  else running.log.info({ url: running.url }, 'listening')

  const token = await running.deps.setupLink.renew()
  if (token === undefined) {
    folder.remove(SETUP_LINK_FILE)
    return
  }
  const link = `${running.url}/setup#${token}`
  if (terminal) {
    process.stdout.write(`\n  Set it up, once, with this link:\n  ${link}\n\n`)
    return
  }
  const file = folder.writePrivate(SETUP_LINK_FILE, `${link}\n`)
  running.log.info({ file }, 'no user exists yet: open the one-time link that stands in this file')
}

/**
 * `process.exit` waits for threads that are inside SQLite. Everything is stored and closed by now, so the process ends
 * as if SIGTERM had no handler, which supervisors treat as an orderly stop.
 */
function endInOrder(): void {
  process.removeAllListeners('SIGTERM')
  process.kill(process.pid, 'SIGTERM')
}

/** A hung shutdown would also block `process.exit`. Some accepted entries may not be stored. */
function endUnfinished(): void {
  process.kill(process.pid, 'SIGKILL')
}

/**
 * On SIGTERM and Ctrl-C, finishes accepted work and exits with 0. A second signal ends the process immediately. If a
 * database thread has died, does the same and exits with 1, so that the supervisor restarts the process. Every restart
 * is safe, because acknowledged data is never in memory only.
 */
export function stopOnSignal(running: Running, before: () => Promise<void> | void = () => {}): void {
  let stopping = false
  const stop = (exitCode: 0 | 1) => {
    stopping = true
    const late = setTimeout(endUnfinished, STOP_AT_MOST_MS)
    late.unref()
    void (async () => {
      await before()
      await running.close()
      if (exitCode === 0 && running.deps.database.health().hasStuckThread) endInOrder()
      else process.exit(exitCode)
    })().catch((error: unknown) => {
      running.log.error({ err: error }, 'stopping failed')
      process.exit(1)
    })
  }
  const stopOnce = () => (stopping ? process.exit(1) : stop(0))
  process.on('SIGTERM', stopOnce)
  process.on('SIGINT', stopOnce)
  const stopWithDatabase = async () => {
    const reason = await running.deps.database.ended
    running.log.error({ reason }, 'The database cannot go on: the server stops and has to be started again.')
    process.stderr.write(
      `sentinelmesh: ${reason} The server stops. Start it again: all that was acknowledged is stored.\n`,
    )
    if (!stopping) stop(1)
  }
  void stopWithDatabase()
}
