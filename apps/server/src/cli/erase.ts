import { setTimeout as sleep } from 'node:timers/promises'
import type { Erasure } from '@sentinelmesh/api'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { confirm } from './confirm.ts'
import { withApi } from './connect.ts'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { progressBar } from './progress.ts'

interface Options {
  readonly session?: string
  readonly all?: boolean
  readonly yes?: boolean
  readonly org?: string
  readonly json?: boolean
}

const ASK_EVERY_MS = 200

/**
 * Waits until the erasure is finished. Interrupting the command does not cancel it: the server continues, now or after
 * its next start.
 */
export async function erase({ session, all, yes, org, json }: Options): Promise<void> {
  if ((session === undefined) === (all === undefined))
    throw new CommandFailed('Name one session with --session, or say --all.', 2)
  const erased = await withApi(org, async (trpc) => {
    if (!yes) {
      if (session !== undefined) await confirm(`Erase the session ${visible(session)} for good?`)
      else await confirm('Erase all entries for good?', (await trpc.org.get.query()).name)
    }
    const { id } = await trpc.erasures.create.mutate(session === undefined ? { all: true } : { session })
    return finished(() => trpc.erasures.get.query({ id }))
  })
  if (json) printJson(erased)
  else
    process.stdout.write(
      erased.removed === 0
        ? 'There was nothing to erase.\n'
        : `Erased ${erased.removed} ${erased.removed === 1 ? 'entry' : 'entries'}. Back-ups from before still hold them; restore erases them again.\n`,
    )
}

async function finished(ask: () => Promise<Erasure>): Promise<Erasure> {
  let now = await ask()
  const progress = progressBar(() => now.removed / Math.max(1, now.removed + now.left))
  for (; now.state === 'running'; now = await ask()) {
    progress.show(now.left > 0 ? `${now.removed} entries removed` : 'clearing the files')
    await sleep(ASK_EVERY_MS)
  }
  progress.end()
  return now
}
