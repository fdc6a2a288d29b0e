/** Expressions with a new automaton state at nearly every character of `noise`, far too expensive for a rule. */
export const DEAR_EXPRESSIONS = Array.from({ length: 8 }, (_, index) => `'[ab]*a[ab]{${300 + index}}c'`).join(', ')

/** Letters a and b from a linear congruential generator. Text without a period needs a large automaton. */
export function noise(length: number): string {
  let state = 1
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state & 0x1_00_00 ? 'a' : 'b'
  }).join('')
}
