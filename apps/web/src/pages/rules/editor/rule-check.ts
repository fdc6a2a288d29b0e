import type { EditorProblem } from './problem.ts'

export interface ToCheck {
  readonly version: number
  readonly text: string
}
export interface Checked {
  readonly version: number
  readonly problems: readonly EditorProblem[]
}

/** More than the engine takes for the longest allowed text. After this, the worker is restarted. */
const TIMEOUT_MS = 15_000

export interface RuleCheck {
  /** Checks the newest text. A text that is superseded before its check starts is skipped. */
  check(text: string): void
  close(): void
}

/**
 * Checks texts in a worker, one at a time. `onChecked` receives only the problems of the newest text, or null if the
 * check failed.
 */
export function createRuleCheck(onChecked: (problems: readonly EditorProblem[] | null) => void): RuleCheck {
  let worker: Worker | undefined
  let version = 0
  let running = false
  let next: string | undefined
  let timer: number | undefined

  const finish = (problems: readonly EditorProblem[] | null, of: number) => {
    window.clearTimeout(timer)
    running = false
    if (next !== undefined) start(next)
    else if (of === version) onChecked(problems)
  }
  const drop = () => {
    worker?.terminate()
    worker = undefined
    finish(null, version)
  }
  const start = (text: string) => {
    next = undefined
    running = true
    version++
    if (worker === undefined) {
      worker = new Worker(new URL('./check-worker.ts', import.meta.url), { type: 'module' })
      worker.addEventListener('message', ({ data }: MessageEvent<Checked>) => finish(data.problems, data.version))
      worker.addEventListener('error', drop)
    }
    const message: ToCheck = { version, text }
    // Messages to a worker have no target origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(message)
    timer = window.setTimeout(drop, TIMEOUT_MS)
  }
  return {
    check(text) {
      if (running) next = text
      else start(text)
    },
    close() {
      window.clearTimeout(timer)
      worker?.terminate()
    },
  }
}
