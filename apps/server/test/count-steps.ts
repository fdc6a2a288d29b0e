import { Session } from 'node:inspector'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'

interface ScriptCoverage {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

const session = new Session()
session.connect()
const post = promisify(session.post.bind(session)) as (method: string, parameters?: object) => Promise<unknown>
await post('Profiler.enable')
// V8 adds block counters only to functions that it compiles after coverage starts.
await post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

/** Returns the number of blocks executed since the last call. */
async function takeBlocks(): Promise<number> {
  const { result } = (await post('Profiler.takePreciseCoverage')) as { result: readonly ScriptCoverage[] }
  let blocks = 0
  for (const { functions } of result)
    for (const { ranges } of functions) for (const { count } of ranges) blocks += count
  return blocks
}

/**
 * Counts the steps of `work` independently of the machine: the executions of each block, as reported by V8's precise
 * coverage, plus the characters or items that native string and array methods scan or copy. Backtracking inside one
 * regular expression is not counted, nor are modules loaded before this one, so import this module first.
 */
export async function countSteps(work: () => unknown): Promise<number> {
  await takeBlocks()
  const scans = countScans()
  try {
    await work()
  } finally {
    scans.stop()
  }
  return (await takeBlocks()) + scans.stop()
}

/**
 * Measures the most blocks that run in one turn of the event loop, which block other requests, and the longest text
 * that one call of `JSON.parse` reads. Work in other threads is not counted.
 */
export function watchLoop(): {
  stop(): Promise<{ readonly most: number; readonly turns: number; readonly longestJson: number }>
} {
  let stopped = false
  let most = 0
  let turns = 0
  const parsed = watchJson()
  const watching = (async () => {
    await takeBlocks()
    while (!stopped) {
      await nextTurn()
      most = Math.max(most, await takeBlocks())
      turns += 1
    }
  })()
  return {
    async stop() {
      stopped = true
      await watching
      return { most, turns, longestJson: parsed.stop() }
    },
  }
}

function watchJson(): { stop(): number } {
  const { parse } = JSON
  let longest = 0
  JSON.parse = (text, ...rest) => {
    longest = Math.max(longest, text.length)
    return parse(text, ...rest) as unknown
  }
  return {
    stop() {
      JSON.parse = parse
      return longest
    },
  }
}

type Method = (this: unknown, ...given: unknown[]) => unknown

/** The cost of each native method in characters or items, in addition to the call itself. */
const SCANS: readonly (readonly [
  owner: object,
  name: string,
  cost: (self: never, given: readonly unknown[], result: never) => number,
])[] = [
  [String.prototype, 'indexOf', scannedForward],
  [
    String.prototype,
    'includes',
    (self: string, [, from], found: boolean) => (found ? 0 : self.length - Number(from ?? 0)),
  ],
  [
    String.prototype,
    'lastIndexOf',
    (self: string, [, from], at: number) => Math.min(self.length, Number(from ?? self.length)) - at,
  ],
  [String.prototype, 'split', (self: string) => self.length],
  [String.prototype, 'replace', (self: string) => self.length],
  [String.prototype, 'replaceAll', (self: string) => self.length],
  [String.prototype, 'trim', (self: string, _, result: string) => self.length - result.length],
  [String.prototype, 'toLowerCase', (self: string) => self.length],
  [String.prototype, 'repeat', (_: string, __, result: string) => result.length],
  [RegExp.prototype, 'exec', executed],
  [Array.prototype, 'indexOf', (self: readonly unknown[], _, at: number) => (at < 0 ? self.length : at)],
  [Array.prototype, 'includes', (self: readonly unknown[]) => self.length],
  [Array.prototype, 'slice', (_: unknown, __, result: readonly unknown[]) => result.length],
  [Array.prototype, 'splice', (self: readonly unknown[]) => self.length],
  [Array.prototype, 'shift', (self: readonly unknown[]) => self.length],
  [Array.prototype, 'unshift', (self: readonly unknown[]) => self.length],
  [Array.prototype, 'concat', (_: unknown, __, result: readonly unknown[]) => result.length],
  [Array.prototype, 'join', (self: readonly unknown[]) => self.length],
]

function scannedForward(self: string, [, from]: readonly unknown[], at: number): number {
  const start = Number(from ?? 0)
  return Math.max(0, (at < 0 ? self.length : at) - start)
}

/** A sticky expression that fails has tried one position. Other expressions have scanned the rest of the text. */
function executed(self: RegExp, [text]: readonly unknown[], found: RegExpExecArray | null): number {
  if (found !== null) return found[0].length
  return self.sticky ? 1 : String(text).length
}

function countScans(): { stop(): number } {
  let scanned = 0
  let restore: (() => void)[] = SCANS.map(([owner, name, cost]) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)
    const original = descriptor?.value as Method
    Object.defineProperty(owner, name, {
      ...descriptor,
      value: function (this: unknown, ...given: unknown[]) {
        const result = original.apply(this, given)
        scanned += cost(this as never, given, result as never)
        return result
      },
    })
    return () => Object.defineProperty(owner, name, descriptor ?? {})
  })
  return {
    stop() {
      for (const undo of restore) undo()
      restore = []
      return scanned
    },
  }
}
