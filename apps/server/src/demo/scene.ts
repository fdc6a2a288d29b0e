import { FACTS } from './facts.ts'
import type { Random } from './random.ts'
import type { Scene } from './template.ts'

export function sceneOf(random: Random): Scene {
  const known = new Map<string, string>()
  const place = random.int(0, 59) // divisible by every count of choices up to 6
  const scene: Scene = { random, text }

  function fact(name: string): string | undefined {
    if (!Object.hasOwn(FACTS, name)) return undefined
    const source = FACTS[name] ?? ''
    const value = known.get(name) ?? (typeof source === 'string' ? text(source) : source(scene))
    known.set(name, value)
    return value
  }

  function fill(braced: string, inner: string): string {
    const range = /^#(\d+)-(\d+)$/.exec(inner)
    if (range !== null) return String(random.int(Number(range[1]), Number(range[2])))
    if (inner === 'hex') return random.text(7, '0123456789abcdef')
    // A JSON object in a script is not a choice.
    if (!inner.includes('|') || /^\s*"/.test(inner)) return fact(inner) ?? braced
    const choices = inner.replace(/^\?/, '').split('|')
    return inner.startsWith('?') ? (choices[place % choices.length] ?? braced) : random.pick(choices)
  }

  /** Fills the innermost braces first, so that a choice may hold facts and other choices. */
  function text(template: string): string {
    const filled = template.replaceAll(/\{([^{}]+)\}/g, fill)
    return filled === template ? filled : text(filled)
  }

  return scene
}
