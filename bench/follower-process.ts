import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FollowOrder, FollowReport } from './followers.ts'

export interface Followers extends Disposable {
  report(): Promise<FollowReport>
  /** Lets the stalled followers continue to read. */
  resume(): void
}

/** Resolves when each follower has its start position. */
export async function startFollowers(order: Omit<FollowOrder, 'type'>): Promise<Followers> {
  const child = fork(fileURLToPath(new URL('followers.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('The follower process exited.')))
  ended.catch(() => undefined)
  const nextMessage = async () => ((await Promise.race([once(child, 'message'), ended])) as [unknown])[0]
  child.send({ type: 'follow', ...order } satisfies FollowOrder)
  await nextMessage()
  return {
    async report() {
      child.send('report')
      return (await nextMessage()) as FollowReport
    },
    resume: () => void child.send('resume'),
    [Symbol.dispose]: () => void child.kill(),
  }
}
