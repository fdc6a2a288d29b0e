/** Expressions of which each place of a text of a and b is another state: far dearer than a rule may be. */
export const DEAR_EXPRESSIONS = Array.from({ length: 8 }, (_, index) => `'[ab]*a[ab]{${300 + index}}c'`).join(', ')

/** Letters a and b as a linear congruential generator gives them: what has no period makes automata large. */
export function noise(length: number): string {
  let state = 1
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state & 0x1_00_00 ? 'a' : 'b'
  }).join('')
}
