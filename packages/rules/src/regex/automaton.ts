import type { RE2JS } from 're2js'
import { LIMITS } from '../limits.ts'
import { spend, STEPS_PER_REPORT } from '../work-meter.ts'

/**
 * A lazy DFA over the program that re2js compiled: states and transitions are worked out when a text first needs them
 * and kept in one typed table. A character costs about what it costs in the library's own DFA; what pays is that it begins
 * at any place, knowing what stands before, ends as soon as nothing can match, and never gives up its table for good
 * (judging 8 KiB of prose: 7.9 ms with the library, 1.2 ms with this). After Russ Cox, “Regular Expression Matching in
 * the Wild”.
 *
 * Memory is bounded: an automaton drops its states when it has `automatonCells` of them, all automata together when
 * they have `automataCells`, and then builds again what it needs; a step without a table costs at most the size of the
 * program, so that time stays linear in the text.
 */
export interface Automaton {
  /**
   * Reads `text` from `from` on. Of `search` and `prefix` the answer is a position at which a match is known to have
   * ended; of `end` it is the end of the match. Where there is none it is -1 less the number of characters read.
   */
  run(text: string, from: number): number
}

/**
 * `search` looks for any match that begins at `from` or later, `prefix` for one that begins there, `end` for the one
 * that a backtracking engine would find there.
 */
export type Mode = 'search' | 'prefix' | 'end'

/** The part of a compiled expression that an automaton runs on. */
export interface RegexProgram {
  readonly start: number
  readonly insts: readonly Inst[]
  /** The first rune of each class but the first; all runes of a class do the same. */
  readonly classBounds: Int32Array
}

interface Inst {
  readonly op: number
  readonly out: number
  readonly arg: number
  matchRune(rune: number): boolean
}

export function programOf(re: RE2JS): RegexProgram {
  const { prog, dfa } = re.re2Input
  const insts: Inst[] = prog.inst
  return { start: prog.start, insts, classBounds: dfa.classBounds }
}

// The library's operations, as in Go's regexp/syntax.
const ALT = 1
const ALT_MATCH = 2
const CAPTURE = 3
const EMPTY_WIDTH = 4
const MATCH = 6
const NOP = 7
const RUNE = 8

const BEGIN_LINE = 1
const END_LINE = 2
const BEGIN_TEXT = 4
const END_TEXT = 8
const WORD_EDGE = 16
const NO_WORD_EDGE = 32
/** What stood before was a character of a word; no flag of the library. */
const AFTER_WORD = 64

interface State {
  readonly pcs: readonly number[]
  /** What is true before the next character; 0 where the state does not ask. */
  readonly flags: number
  readonly asks: boolean
}

const UNKNOWN = 0
const FOUND = -1
const DEAD = -2
const LATIN = 256
const FIRST_ROWS = 8

/** Cells of all automata, and how those that have some give them up. */
let cellsInUse = 0
const holders = new Set<() => void>()

export function createAutomaton({ start, insts, classBounds }: RegexProgram, mode: Mode): Automaton {
  const ordered = mode === 'end'
  const classCount = classBounds.length + 1
  const width = classCount + 1
  const latin = Uint16Array.from({ length: LATIN }, (_, code) => searchClass(code))
  let table = new Int32Array(0)
  /** Of `end`: whether a match ends before the character of the transition. */
  let ends = new Uint8Array(0)
  let states: State[] = []
  let known = new Map<string, number>()
  /** Rows of the start states by what stands before; 0 where not known. */
  const starts = new Int32Array(2 * AFTER_WORD)
  let cells = 0
  const marks = new Int32Array(insts.length)
  let mark = 0
  const stack: number[] = []
  /** Instructions visited that the meter does not know of yet. */
  let visited = 0

  function searchClass(rune: number): number {
    let low = 0
    let high = classBounds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((classBounds[middle] ?? 0) <= rune) low = middle + 1
      else high = middle
    }
    return low
  }

  function drop(): void {
    table = new Int32Array(0)
    ends = new Uint8Array(0)
    states = []
    known = new Map()
    starts.fill(0)
    cellsInUse -= cells
    cells = 0
  }

  function take(count: number): void {
    cells += count
    cellsInUse += count
    holders.add(drop)
    if (cellsInUse <= LIMITS.automataCells) return
    for (const other of holders) if (other !== drop) other()
    holders.clear()
    holders.add(drop)
  }

  /** The offset of the state's row. States count from 1: 0 stands for a transition that is not known. */
  function intern(reached: number[], seeds: readonly number[], flags: number): number {
    const asks = reached.some((pc) => insts[pc]?.op === EMPTY_WIDTH)
    // What a condition leads to has its place in the order only where all is followed at once.
    const pcs = ordered && asks ? seeds : ordered ? reached : reached.sort((a, b) => a - b)
    const kept = asks ? flags : 0
    const key = String.fromCharCode(kept, ...pcs)
    const before = known.get(key)
    if (before !== undefined) return before
    if (cells > LIMITS.automatonCells) drop()
    states.push({ pcs, flags: kept, asks })
    const offset = states.length * width
    if (offset + width > table.length) {
      const larger = new Int32Array(Math.max(FIRST_ROWS * width, table.length * 2))
      larger.set(table)
      take(larger.length - table.length)
      table = larger
      if (ordered) {
        const more = new Uint8Array(larger.length)
        more.set(ends)
        ends = more
      }
    }
    take(pcs.length)
    known.set(key, offset)
    return offset
  }

  /** Adds what `first` leads to without a character. Without flags, conditions stay in the list to be asked later. */
  function follow(first: number, flags: number | null, into: number[]): void {
    stack.push(first)
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (marks[pc] === mark) continue
      marks[pc] = mark
      visited++
      const inst = insts[pc]
      if (inst === undefined) continue
      if (inst.op === ALT || inst.op === ALT_MATCH) stack.push(inst.arg, inst.out)
      else if (inst.op === NOP || inst.op === CAPTURE) stack.push(inst.out)
      else if (inst.op === EMPTY_WIDTH) {
        if (flags === null) into.push(pc)
        else if ((inst.arg & ~flags) === 0) stack.push(inst.out)
      } else if (inst.op === MATCH || inst.op >= RUNE) into.push(pc)
    }
  }

  function resolved({ pcs, flags, asks }: State, rune: number): readonly number[] {
    if (!asks) return pcs
    const atEnd = rune < 0
    const edge = isWord(rune) === ((flags & AFTER_WORD) !== 0) ? NO_WORD_EDGE : WORD_EDGE
    const now = (flags & ~AFTER_WORD) | edge | (atEnd ? END_LINE | END_TEXT : rune === 10 ? END_LINE : 0)
    const found: number[] = []
    mark++
    for (const pc of pcs) follow(pc, now, found)
    return found
  }

  /** The transition of the state for the character, -1 being the end of the text; keeps it in the table. */
  function step(offset: number, cls: number, rune: number): number {
    const state = states[offset / width - 1]
    if (state === undefined) throw new Error('A state that is not known')
    const from = resolved(state, rune)
    const next: number[] = []
    const seeds: number[] = []
    let matched = false
    mark++
    visited += from.length
    for (const pc of from) {
      const inst = insts[pc]
      if (inst === undefined) continue
      if (inst.op === MATCH) {
        matched = true
        // What comes after it, a backtracking engine would not try.
        break
      }
      if (rune >= 0 && inst.matchRune(rune)) {
        follow(inst.out, null, next)
        seeds.push(inst.out)
      }
    }
    let target = DEAD
    if (matched && !ordered) target = FOUND
    else if (rune >= 0) {
      if (mode === 'search') follow(start, null, next)
      if (!ordered && next.some((pc) => insts[pc]?.op === MATCH)) target = FOUND
      else if (next.length > 0) {
        const flags = (isWord(rune) ? AFTER_WORD : 0) | (rune === 10 ? BEGIN_LINE : 0)
        target = intern(next, seeds, flags)
      }
    }
    // The states may have been dropped meanwhile, and this one with them.
    if (states[offset / width - 1] === state) {
      table[offset + cls] = target
      if (ordered) ends[offset + cls] = matched ? 1 : 0
    }
    stepMatched = matched
    return target
  }
  let stepMatched = false

  function startAfter(flags: number): number {
    const pcs: number[] = []
    mark++
    follow(start, null, pcs)
    const offset = intern(pcs, [start], flags)
    starts[flags] = offset
    return offset
  }

  return {
    run(text, from) {
      const before = from === 0 ? -1 : text.charCodeAt(from - 1)
      const flags = isWord(before) ? AFTER_WORD : before === 10 ? BEGIN_LINE : before < 0 ? BEGIN_TEXT | BEGIN_LINE : 0
      let state = starts[flags] ?? 0
      if (state === 0) state = startAfter(flags)
      let last = -1
      /** Where the characters begin that the meter does not know of yet. */
      let unreported = from
      for (let at = from; ;) {
        // Nearly all of a text: characters of one unit, transitions that are known.
        const pause = Math.min(text.length, unreported + STEPS_PER_REPORT)
        for (; at < pause; at++) {
          const code = text.charCodeAt(at)
          if (code >= LATIN) break
          const cell = state + (latin[code] ?? 0)
          const next = table[cell] ?? UNKNOWN
          if (next <= 0) break
          if (ordered && ends[cell] === 1) last = at
          state = next
        }
        if (at - unreported + visited >= STEPS_PER_REPORT) {
          const steps = at - unreported + visited
          visited = 0
          unreported = at
          spend(steps)
        }
        let rune = -1
        let cls = classCount
        let units = 1
        if (at < text.length) {
          rune = text.charCodeAt(at)
          if (rune < LATIN) cls = latin[rune] ?? 0
          else {
            if (rune >= 0xd800 && rune < 0xdc00) {
              rune = text.codePointAt(at) ?? rune
              if (rune > 0xffff) units = 2
            }
            cls = searchClass(rune)
          }
        }
        let next = table[state + cls] ?? UNKNOWN
        if (next !== UNKNOWN) {
          if (ordered && ends[state + cls] === 1) last = at
        } else {
          next = step(state, cls, rune)
          if (ordered && stepMatched) last = at
        }
        if (next < 0) {
          const steps = at - unreported + visited + 1
          visited = 0
          spend(steps)
          if (next === FOUND) return at
          return last >= 0 ? last : from - at - 1
        }
        state = next
        at += units
      }
    },
  }
}

function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  )
}
