/**
 * Memory that the main thread and one reader share, because a reader receives no messages while a request runs. The
 * main thread names the request to cancel, and the reader counts its steps of work.
 */
export interface ReaderControl {
  readonly buffer: SharedArrayBuffer
  /** Cancels the request with this number, and no other, at its next check. */
  cancel(request: number): void
  isCancelled(request: number): boolean
  add(steps: number): void
  /** Steps of work since the reader started. */
  steps(): number
}

/** The default is a new buffer, to be passed to the other thread. */
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
