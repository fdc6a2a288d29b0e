import { spend, STEPS_PER_REPORT } from '../work-meter.ts'
import {
  ALT,
  ALT_MATCH,
  CAPTURE,
  conditionsAt,
  EMPTY_WIDTH,
  flagsAfter,
  MATCH,
  NOP,
  RUNE,
  type RegexProgram,
} from './regex-program.ts'

/**
 * `search` finds any match that begins at or after `from`, `prefix` any match that begins at `from`, and `end` the
 * match that a backtracking engine would find at `from`.
 */
export type Mode = 'search' | 'prefix' | 'end'

/**
 * Runs a program by following all of its threads in parallel, character by character (Pike's VM). It builds no states,
 * so its time is at most instructions × characters and its memory is the size of the program, for any text. An
 * automaton is about fifty times as fast if its states recur. If each character leads to a new state, this is faster.
 *
 * `search`, `prefix` and `end` are the modes of the automaton. `leftmost` finds where the leftmost match begins and
 * ends, as a backtracking engine would.
 */
export interface Simulation {
  /** Starts at `at` with the instructions `from`, in order. `last` is the end of an earlier match, or -1. */
  begin(from: Iterable<number>, at: number, last: number): void
  /** Continues to `until`, or the first place after it that does not split a character. True if it has ended. */
  run(text: string, until: number): boolean
  /** The current position. */
  readonly at: number
  /** After it has ended: the end of the match (for `search` and `prefix`, of any match), or -1. */
  readonly last: number
  /** For `leftmost`: the start of the match. */
  readonly start: number
  /** Before it has ended: the instructions to continue from, in order. */
  waiting(): readonly number[]
}

export type SimulationMode = Mode | 'leftmost'

export function createSimulation({ start, insts, classOf }: RegexProgram, mode: SimulationMode): Simulation {
  const ordered = mode === 'end' || mode === 'leftmost'
  const size = insts.length
  const ops = Uint8Array.from(insts, ({ op }) => op)
  const outs = Int32Array.from(insts, ({ out }) => out)
  const args = Int32Array.from(insts, ({ arg }) => arg)
  /** The threads at this position and at the next, with the starts of their matches. */
  let now = newThreads(size)
  let next = newThreads(size)
  const followed = new Int32Array(size)
  const stack = new Int32Array(2 * size + 1)
  let mark = 0
  let at = 0
  let last = -1
  let begun = -1
  /** Steps that are not reported yet. */
  let steps = 0

  function report(): void {
    const done = steps
    steps = 0
    spend(done)
  }

  function ends(ended: boolean): boolean {
    report()
    return ended
  }

  /** By class of runes, the next instruction of each instruction; -1 for none. */
  const rows = new Map<number, Int32Array>()
  const classes = Uint16Array.from({ length: 256 }, (_, code) => classOf(code))
  function rowOf(rune: number): Int32Array {
    const cls = classes[rune] ?? classOf(rune)
    const known = rows.get(cls)
    if (known !== undefined) return known
    if (rows.size * size >= ROW_CELLS) rows.clear()
    const row = Int32Array.from(insts, (inst) => (inst.op >= RUNE && rune >= 0 && inst.matchRune(rune) ? inst.out : -1))
    steps += size
    rows.set(cls, row)
    return row
  }

  function add(threads: Threads, pc: number, began: number): void {
    if (threads.marks[pc] === threads.mark) return
    threads.marks[pc] = threads.mark
    threads.pcs[threads.count] = pc
    threads.starts[threads.count++] = began
  }

  /** Advances all threads at `at` over the rune, up to the first thread that matches. */
  function follow(row: Int32Array, conditions: number): void {
    mark++
    for (let thread = 0; thread < now.count; thread++) {
      const began = now.starts[thread] ?? 0
      stack[0] = now.pcs[thread] ?? 0
      for (let depth = 1; depth > 0;) {
        const pc = stack[--depth] ?? 0
        if (followed[pc] === mark) continue
        followed[pc] = mark
        steps++
        const op = ops[pc] ?? 0
        if (op >= RUNE) {
          const out = row[pc] ?? -1
          if (out >= 0) add(next, out, began)
        } else if (op === ALT || op === ALT_MATCH) {
          stack[depth++] = args[pc] ?? 0
          stack[depth++] = outs[pc] ?? 0
        } else if (op === NOP || op === CAPTURE) stack[depth++] = outs[pc] ?? 0
        else if (op === EMPTY_WIDTH) {
          if (((args[pc] ?? 0) & ~conditions) === 0) stack[depth++] = outs[pc] ?? 0
        } else if (op === MATCH) {
          last = at
          begun = began
          // A backtracking engine would not try the threads after a match.
          return
        }
      }
    }
  }

  return {
    begin(from, place, lastEnd) {
      if (mark > MAX_MARKS) {
        for (const { marks } of [now, next]) marks.fill(0)
        followed.fill(0)
        mark = now.mark = next.mark = 0
      }
      at = place
      last = lastEnd
      clear(now)
      for (const pc of from) add(now, pc, place)
    },
    run(text, until) {
      let flags = flagsAfter(at === 0 ? -1 : text.charCodeAt(at - 1))
      for (;;) {
        if (at >= until && at < text.length) return ends(false)
        if (steps >= STEPS_PER_REPORT) report()
        const rune = at < text.length ? (text.codePointAt(at) ?? 0) : -1
        clear(next)
        steps++
        follow(rowOf(rune), conditionsAt(flags, rune))
        if ((last >= 0 && !ordered) || rune < 0) return ends(true)
        const after = at + (rune > 0xffff ? 2 : 1)
        if (mode === 'search' || (mode === 'leftmost' && last < 0)) add(next, start, after)
        if (next.count === 0) return ends(true)
        ;[now, next] = [next, now]
        at = after
        flags = flagsAfter(rune)
      }
    },
    get at() {
      return at
    },
    get last() {
      return last
    },
    get start() {
      return begun
    },
    waiting: () => [...now.pcs.subarray(0, now.count)],
  }
}

/** Marks restart at 1 before they overflow 32 bits. */
const MAX_MARKS = 2 ** 30

/** Cells for the cached rows of one simulation: enough for the classes of any text that is not hostile. */
const ROW_CELLS = 64 * 1024

/** Distinct instructions, in the order in which a backtracking engine would try them. */
interface Threads {
  readonly pcs: Int32Array
  readonly starts: Int32Array
  count: number
  readonly marks: Int32Array
  mark: number
}

function newThreads(size: number): Threads {
  return {
    pcs: new Int32Array(size),
    starts: new Int32Array(size),
    count: 0,
    marks: new Int32Array(size),
    mark: 0,
  }
}

function clear(threads: Threads): void {
  threads.count = 0
  threads.mark++
}
