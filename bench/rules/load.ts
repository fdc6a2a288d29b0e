import { compileRuleSet, readRules, SECRET_INDEX, type RuleLibrary } from '../../packages/rules/src/index.ts'
import { cpuMs } from './cpu.ts'
import { shapeOf, type Shape } from './shape.ts'

/** Reads and compiles the rules once, as a newly started process does. */
export interface LoadWork {
  readonly type: 'load'
  readonly texts: readonly string[]
}

export interface Loaded {
  readonly rules: number
  readonly refused: number
  readonly shape: Shape
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
  const residentBytes = process.memoryUsage.rss()
  return { rules: rules.length, refused, shape: shapeOf(rules), readMs, compileMs, residentBytes }
}

export function read(texts: readonly string[]): RuleLibrary {
  return readRules(texts.map((text) => ({ file: null, text })))
}
