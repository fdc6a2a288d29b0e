import { compileRuleSet, readRules, SECRET_INDEX, type RuleLibrary } from '../../packages/rules/src/index.ts'
import { cpuMs } from './cpu.ts'

/** Reads and compiles the rules once, as a newly started process does. */
export interface LoadWork {
  readonly type: 'load'
  readonly texts: readonly string[]
}

export interface Loaded {
  readonly rules: number
  readonly refused: number
  /** CPU time of the whole process, like `compileMs`, including garbage collection. */
  readonly readMs: number
  readonly compileMs: number
  readonly residentBytes: number
}

export function load({ texts }: LoadWork): Loaded {
  const began = cpuMs()
  const library = read(texts)
  const readMs = cpuMs() - began
  const { rules } = compileRuleSet(library.rules, { ...library, secrets: SECRET_INDEX })
  const compileMs = cpuMs() - began - readMs
  const refused = library.documents - library.rules.length - library.correlations.length - library.filters.length
  return { rules: rules.length, refused, readMs, compileMs, residentBytes: process.memoryUsage.rss() }
}

export function read(texts: readonly string[]): RuleLibrary {
  return readRules(texts.map((text) => ({ file: null, text })))
}
