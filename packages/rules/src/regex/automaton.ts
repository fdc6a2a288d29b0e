import { LIMITS } from '../limits.ts'
import { spend, STEPS_PER_REPORT } from '../work-meter.ts'
import {
  ALT,
  ALT_MATCH,
  CAPTURE,
  conditionsAt,
  EMPTY_WIDTH,
  flagsAfter,
  MATCH,
  MAX_FLAGS,
  NOP,
  RUNE,
  type RegexProgram,
} from './regex-program.ts'
import { createSimulation, type Mode, type Simulation } from './simulation.ts'

/**
 * A lazy DFA over the program that re2js compiled: states and transitions are built when a text first needs them, and
 * stored in one typed table. A character costs about the same as in the library's own DFA. It is faster overall because
 * it can begin at any offset and knows the character before it, stops as soon as nothing can match, and never discards
 * its table permanently (judging 8 KiB of prose: 7.9 ms with the library, 1.2 ms with this). After Russ Cox, “Regular
 * Expression Matching in the Wild”.
 *
 * Memory is bounded: an automaton drops its states at `automatonCells` cells, and all automata do at `automataCells`
 * cells in total. They rebuild the states that they need.
 *
 * Time is bounded too. Building a state takes about ten times as long as simulating the program over one character. So
 * an automaton may build `transitionsAhead` transitions at first, and one more for every `CHARACTERS_PER_TRANSITION`
 * that it reads. Beyond that it simulates until it has earned a few more. Cox's RE2 has the same rule: below ten
 * characters per state it leaves its DFA.
 */
export interface Automaton {
  /**
   * Reads `text` from `from`. For `search` and `prefix` it returns a position at or before which a match has ended; for
   * `end`, the end of the match. If there is no match, it returns `-1 - charactersRead`.
   */
  run(text: string, from: number): number
}

interface State {
  readonly pcs: Uint16Array
  /** The flags before the next character; 0 if the state has no conditions. */
  readonly flags: number
  readonly asks: boolean
}

/** The position and state in which a simulation paused. */
interface Reached {
  readonly at: number
  readonly state: number
  readonly last: number
}

const UNKNOWN = 0
const FOUND = -1
const DEAD = -2
const LATIN = 256
const FIRST_ROWS = 8
/** At this ratio, building takes half as long as simulating. */
const CHARACTERS_PER_TRANSITION = 16
/** The cost in steps of one instruction when a state is built, with its share of sorting and looking up the state. */
const STEPS_PER_BUILT_INSTRUCTION = 8
/** The number of instructions that the first transitions may visit. */
const INSTRUCTIONS_AHEAD = 64 * 1024
const MAX_TRANSITIONS_AHEAD = 1_024
const MIN_TRANSITIONS_AHEAD = 16
/** Marks restart at 1 before they overflow 32 bits. */
const MAX_MARKS = 2 ** 30

function transitionsAhead(instructions: number): number {
  const affordable = Math.floor(INSTRUCTIONS_AHEAD / instructions)
  return Math.max(MIN_TRANSITIONS_AHEAD, Math.min(MAX_TRANSITIONS_AHEAD, affordable))
}

/** The cells of all automata, and the functions that drop them. */
let cellsInUse = 0
const holders = new Set<() => void>()

/** `ahead` is the number of transitions that it may build before it has read anything. */
export function createAutomaton(
  program: RegexProgram,
  mode: Mode,
  ahead = transitionsAhead(program.insts.length),
): Automaton {
  const { start, insts, classBounds, classOf } = program
  const ordered = mode === 'end'
  const classCount = classBounds.length + 1
  const width = classCount + 1
  const latin = Uint16Array.from({ length: LATIN }, (_, code) => classOf(code))
  let table = new Int32Array(0)
  /** For `end`: whether a match ends before the character of the transition. */
  let ends = new Uint8Array(0)
  let states: State[] = []
  let known = new Map<string, number>()
  /** Rows of the start states by the flags before them; 0 if not built. */
  const starts = new Int32Array(MAX_FLAGS)
  let cells = 0
  const marks = new Int32Array(insts.length)
  let mark = 0
  const stack: number[] = []
  /** Steps spent on building that are not reported to the meter yet. */
  let building = 0
  /** The number of transitions that may still be built. */
  let credit = ahead
  let simulation: Simulation | null = null

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

  /** Returns the offset of the state's row. States count from 1, because 0 is a transition that is not built. */
  function intern(reached: number[], seeds: readonly number[], flags: number): number {
    const asks = reached.some((pc) => insts[pc]?.op === EMPTY_WIDTH)
    // With conditions, the order of the instructions is only known when they are followed, so keep the seeds.
    const pcs = new Uint16Array(ordered && asks ? seeds : reached)
    if (!ordered) pcs.sort()
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

  function stateAt(offset: number): State {
    const state = states[offset / width - 1]
    if (state === undefined) throw new Error('Unknown automaton state')
    return state
  }

  /** Adds the instructions reachable from `first` without a character. With null flags, conditions stay in the list. */
  function follow(first: number, flags: number | null, into: number[]): void {
    stack.push(first)
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (marks[pc] === mark) continue
      marks[pc] = mark
      building += STEPS_PER_BUILT_INSTRUCTION
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

  function resolved({ pcs, flags, asks }: State, rune: number): ArrayLike<number> {
    if (!asks) return pcs
    const now = conditionsAt(flags, rune)
    const found: number[] = []
    mark++
    for (const pc of pcs) follow(pc, now, found)
    return found
  }

  /** Builds the transition of the state for the character (-1 for the end of the text) and stores it in the table. */
  function step(offset: number, cls: number, rune: number): number {
    if (mark > MAX_MARKS) {
      marks.fill(0)
      mark = 0
    }
    const state = stateAt(offset)
    const from = resolved(state, rune)
    const next: number[] = []
    const seeds: number[] = []
    let matched = false
    mark++
    building += from.length * STEPS_PER_BUILT_INSTRUCTION
    for (let index = 0; index < from.length; index++) {
      const inst = insts[from[index] ?? 0]
      if (inst === undefined) continue
      if (inst.op === MATCH) {
        matched = true
        // A backtracking engine would not try the instructions after a match.
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
        target = intern(next, seeds, flagsAfter(rune))
      }
    }
    // The states, including this one, may have been dropped meanwhile.
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

  /**
   * Continues by simulation, without building anything, until some transitions have been earned. If the run ends before
   * that, `at` is `-1 - position`.
   */
  function simulate({ pcs }: State, text: string, from: number, lastEnd: number): Reached {
    simulation ??= createSimulation(program, mode)
    simulation.begin(pcs, from, lastEnd)
    const earning = Math.ceil(ahead / 2)
    const ended = simulation.run(text, from + earning * CHARACTERS_PER_TRANSITION)
    const { at, last } = simulation
    if (ended) return { at: -1 - at, state: 0, last }
    credit = earning
    const seeds = simulation.waiting()
    const next: number[] = []
    mark++
    for (const pc of seeds) follow(pc, null, next)
    return { at, state: intern(next, seeds, flagsAfter(text.charCodeAt(at - 1))), last }
  }

  return {
    run(text, from) {
      const flags = flagsAfter(from === 0 ? -1 : text.charCodeAt(from - 1))
      let state = starts[flags] ?? 0
      if (state === 0) state = startAfter(flags)
      let last = -1
      /** Start of the characters that are not reported to the meter yet. */
      let unreported = from
      /** Start of the characters that have not earned transitions yet. */
      let unearned = from
      for (let at = from; ;) {
        // The fast path for nearly all of a text: characters of one unit, and transitions that are built.
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
        if (at - unreported + building >= STEPS_PER_REPORT) {
          const steps = at - unreported + building
          building = 0
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
            cls = classOf(rune)
          }
        }
        let next = table[state + cls] ?? UNKNOWN
        if (next !== UNKNOWN) {
          if (ordered && ends[state + cls] === 1) last = at
        } else {
          credit = Math.min(ahead, credit + (at - unearned) / CHARACTERS_PER_TRANSITION)
          unearned = at
          if (credit < 1) {
            const steps = at - unreported + building
            building = 0
            spend(steps)
            const reached = simulate(stateAt(state), text, at, last)
            if (reached.at < 0) return reached.last >= 0 ? reached.last : from + reached.at
            state = reached.state
            last = reached.last
            at = unreported = unearned = reached.at
            continue
          }
          credit--
          next = step(state, cls, rune)
          if (ordered && stepMatched) last = at
        }
        if (next < 0) {
          const steps = at - unreported + building + 1
          building = 0
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
