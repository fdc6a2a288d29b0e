import type { RuleSet } from '@sentinelmesh/rules'
import type { ParsedEntry } from './parsed-entry.ts'
import { LIMITS } from './limits.ts'

/** Estimates the cost of judging an entry. */
export interface Weigh {
  /** `units`: the result of `unitsOf`. */
  isHeavy(ruleSet: RuleSet, units: number): boolean
  /** Records the time that an entry took, for later estimates of this rule set. */
  took(ruleSet: RuleSet, units: number, micros: number): void
}

/** Every entry costs at least as much as this many characters. */
const BASE_UNITS = 500
/** Cost of one program of a shell command, in characters: each is judged as a separate event. */
const PROGRAM_UNITS = 150
/** More programs are not read (see the limits of views in packages/rules). */
const MOST_PROGRAMS = 512

/** Counts the characters and programs that rules read. Cheap, because it parses short texts only. */
export function unitsOf({ entry, mapped }: ParsedEntry): number {
  const { payload, attributes, kind } = entry
  const { text } = payload
  const units = BASE_UNITS + text.length + (attributes?.length ?? 0) + (mapped?.dropped?.length ?? 0)
  return kind !== 'tool_call' || units > LIMITS.heavyUnits ? units : units + PROGRAM_UNITS * separatorsIn(text)
}

/** Matches text that can separate programs: `;`, `&`, `|`, `(`, backticks, line breaks, and `\n` in JSON. */
const SEPARATOR = /[;&|(`\n]|\\n/g

function separatorsIn(text: string): number {
  let count = 0
  SEPARATOR.lastIndex = 0
  while (count < MOST_PROGRAMS && SEPARATOR.test(text)) count++
  return count
}

/** Cost of the built-in rules, measured: 0.01 for prose, 0.1 to 0.25 for text that many rules have to check. */
const DEFAULT_MICROS_PER_UNIT = 0.1
/** The share of the highest cost that decays with each entry. */
const FORGET = 0.05

interface Seen {
  /** Microseconds per unit. */
  rate: number
  last: number
}

export function weigh(): Weigh {
  const seen = new WeakMap<RuleSet, Seen>()
  return {
    isHeavy(ruleSet, units) {
      if (units > LIMITS.heavyUnits) return true
      const rate = Math.max(DEFAULT_MICROS_PER_UNIT, seen.get(ruleSet)?.rate ?? 0)
      return units * rate > LIMITS.heavyMicros
    },
    took(ruleSet, units, micros) {
      const now = micros / units
      const before = seen.get(ruleSet)
      if (before === undefined) return void seen.set(ruleSet, { rate: 0, last: now })
      // A single slow entry may have been interrupted by something else, such as garbage collection.
      const sure = Math.min(now, before.last)
      before.last = now
      before.rate = Math.max(sure, before.rate * (1 - FORGET))
    },
  }
}
