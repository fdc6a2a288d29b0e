/**
 * What the main thread and one reader share while a request runs, when no message would arrive: the main thread says
 * which request is to be stopped, and the reader how many steps of work it has done.
 */
export interface ReaderControl {
  readonly buffer: SharedArrayBuffer
  /** Stops the request with this number at its next step, and no other. */
  cancel(request: number): void
  isCancelled(request: number): boolean
  add(steps: number): void
  /** Since the reader started. */
  steps(): number
}

/** Without a buffer a new one is made, for the other side to be given. */
export function readerControl(buffer = new SharedArrayBuffer(16)): ReaderControl {
  const cancelled = new Int32Array(buffer, 0, 1)
  const counted = new BigInt64Array(buffer, 8, 1)
  return {
    buffer,
    cancel: (request) => void Atomics.store(cancelled, 0, request),
    isCancelled: (request) => Atomics.load(cancelled, 0) === request,
    add: (steps) => void Atomics.add(counted, 0, BigInt(steps)),
    steps: () => Number(Atomics.load(counted, 0)),
  }
}
