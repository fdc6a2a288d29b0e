/** Returned instead of a result when the deadline passed. */
export const TIMED_OUT = Symbol('timed out')

/**
 * The end of a wait, at a time or when a signal aborts. Work that is raced against it continues; work that can stop takes
 * `signal`. Dispose it when the wait is over: it then leaves the given signals.
 */
export interface Deadline extends Disposable {
  /** Aborts with the reason of the given signal, or with a `TimeoutError`. */
  readonly signal: AbortSignal
  /** Moves it to so many milliseconds from now. */
  set(ms: number): void
  /** The result, or `TIMED_OUT` if the deadline passes first. Rejects if the result does. */
  race<Result>(result: Promise<Result>): Promise<Result | typeof TIMED_OUT>
}

/** Without `ms`, it passes only by a signal or after `set`. */
export function deadline(ms?: number, ...signals: readonly (AbortSignal | undefined)[]): Deadline {
  // `AbortSignal.any` would leave a derived signal on a long-lived signal for each call.
  const passed = new AbortController()
  const ended = new Promise<typeof TIMED_OUT>((resolve) => {
    passed.signal.addEventListener('abort', () => resolve(TIMED_OUT), { once: true })
  })
  const given = signals.filter((signal) => signal !== undefined)
  const pass = () => {
    const aborted = given.find((signal) => signal.aborted)
    passed.abort(aborted?.reason ?? new DOMException('The deadline passed.', 'TimeoutError'))
  }
  let timer: NodeJS.Timeout | undefined
  const dispose = () => {
    clearTimeout(timer)
    for (const signal of given) signal.removeEventListener('abort', pass)
  }
  const set = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(pass, ms)
  }

  for (const signal of given) signal.addEventListener('abort', pass, { once: true })
  if (ms !== undefined) set(ms)
  if ((ms !== undefined && ms <= 0) || given.some(({ aborted }) => aborted)) pass()
  return {
    signal: passed.signal,
    set,
    // In this order, a deadline that has passed already wins over a result that is ready.
    race: (result) => Promise.race([ended, result]),
    [Symbol.dispose]: dispose,
  }
}

/** The result, or `TIMED_OUT` if it takes longer than so many milliseconds or if a signal aborts first. */
export async function withDeadline<Result>(
  result: Promise<Result>,
  ms: number,
  ...signals: readonly (AbortSignal | undefined)[]
): Promise<Result | typeof TIMED_OUT> {
  using end = deadline(ms, ...signals)
  return await end.race(result)
}
