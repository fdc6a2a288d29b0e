/** Stands for a result if the deadline passed first. */
export const TIMED_OUT = Symbol('timed out')

/** A deadline that can be moved. What is raced against it goes on after it has passed. */
export interface Deadline extends Disposable {
  readonly passed: Promise<typeof TIMED_OUT>
  /** Moves it to so many milliseconds from now. Before the first call it never passes. */
  set(ms: number): void
}

export function deadline(): Deadline {
  let pass = (_value: typeof TIMED_OUT) => {}
  const passed = new Promise<typeof TIMED_OUT>((resolve) => {
    pass = resolve
  })
  let timer: NodeJS.Timeout | undefined
  return {
    passed,
    set(ms) {
      clearTimeout(timer)
      timer = setTimeout(() => pass(TIMED_OUT), ms)
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

/** The result of `promise`, or `TIMED_OUT` if it takes longer than so many milliseconds. */
export async function withTimeout<Value>(promise: Promise<Value>, ms: number): Promise<Value | typeof TIMED_OUT> {
  if (ms <= 0) {
    // Nobody waits for it, so its rejection is not unhandled.
    promise.catch(() => undefined)
    return TIMED_OUT
  }
  using limit = deadline()
  limit.set(ms)
  return await Promise.race([promise, limit.passed])
}
