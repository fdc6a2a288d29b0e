import type { Call, Principal } from '@sentinelmesh/api'

/** A call from inside this process. */
export function callBy<Caller extends Principal | null>(
  principal: Caller,
  more: Partial<Call> = {},
): Call & { readonly principal: Caller } {
  return {
    remoteAddress: null,
    signal: new AbortController().signal,
    cookie: { token: null, set() {}, clear() {}, device: null, setDevice() {} },
    holdWhile() {},
    drained: async () => {},
    holdTail: () => ({ [Symbol.dispose]() {} }),
    ...more,
    principal,
  }
}
