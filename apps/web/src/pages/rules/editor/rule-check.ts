import type { EditorProblem } from './problem.ts'

export interface ToCheck {
  readonly version: number
  readonly text: string
}
export interface Checked {
  readonly version: number
  readonly problems: readonly EditorProblem[]
}

/** Longer than the engine takes for the longest text that is allowed: then it is started anew. */
const GIVEN_UP_MS = 15_000

export interface RuleCheck {
  /** The newest text is checked; what is superseded before its turn is not. */
  check(text: string): void
  close(): void
}

/** Checks texts in a worker, one at a time. `onChecked` gets the problems of the newest text only; null: it could not be checked. */
export function createRuleCheck(onChecked: (problems: readonly EditorProblem[] | null) => void): RuleCheck {
  let worker: Worker | undefined
  let version = 0
  let running = false
  let next: string | undefined
  let timer: number | undefined

  const settle = (problems: readonly EditorProblem[] | null, of: number) => {
    window.clearTimeout(timer)
    running = false
    if (next !== undefined) start(next)
    else if (of === version) onChecked(problems)
  }
  const drop = () => {
    worker?.terminate()
    worker = undefined
    settle(null, version)
  }
  const start = (text: string) => {
    next = undefined
    running = true
    version++
    if (worker === undefined) {
      worker = new Worker(new URL('./check-worker.ts', import.meta.url), { type: 'module' })
      worker.addEventListener('message', ({ data }: MessageEvent<Checked>) => settle(data.problems, data.version))
      worker.addEventListener('error', drop)
    }
    const message: ToCheck = { version, text }
    // A worker has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(message)
    timer = window.setTimeout(drop, GIVEN_UP_MS)
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
