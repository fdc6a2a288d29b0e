import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadResult } from './load.ts'

export interface LoadGenerator extends Disposable {
  /** Throws if a reply is not 200, because figures that include refused requests are meaningless. */
  run(order: LoadOrder): Promise<LoadResult>
}

export function loadGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  return {
    async run(order) {
      const stop = new AbortController()
      const ended = once(child, 'exit', stop).then(() =>
        Promise.reject(new Error('The load generator exited before it returned a result.')),
      )
      ended.catch(() => undefined)
      child.send(order)
      const [result] = (await Promise.race([once(child, 'message'), ended])) as [LoadResult]
      stop.abort()
      if (result.failed > 0) throw new Error(`${result.failed} replies were not 200; the first:\n${result.failure}`)
      return result
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}
