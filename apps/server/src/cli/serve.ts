import { readConfig } from '../config.ts'
import { openDataFolder, SETUP_LINK_FILE } from '../data-folder.ts'
import { start, type Running } from '../start.ts'
import { here } from './here.ts'

/** What is accepted is finished in less; this is for a disk that hangs. */
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

/** SIGTERM and Ctrl-C: finish what was accepted, then exit 0; a second signal ends at once. */
export function stopOnSignal(running: Running, before: () => Promise<void> | void = () => {}): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    const late = setTimeout(() => process.exit(1), STOP_AT_MOST_MS)
    late.unref()
    void (async () => {
      await before()
      await running.close()
      process.exit(0)
    })().catch((error: unknown) => {
      running.log.error({ err: error }, 'stopping failed')
      process.exit(1)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
