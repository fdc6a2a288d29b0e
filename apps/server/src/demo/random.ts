/** Pseudo-random numbers from a key. The same key gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer from `least` to `most`, inclusive. */
  int(least: number, most: number): number
  chance(probability: number): boolean
  /** Throws RangeError if there are no choices. */
  pick<T>(choices: readonly T[]): T
  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string
}

export function randomOf(...key: readonly (string | number)[]): Random {
  let state = hash(key.join('\u0000'))

  // mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for one session.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  function pick<T>(choices: readonly T[]): T {
    const choice = choices[int(0, choices.length - 1)]
    if (choice === undefined) throw new RangeError('There is nothing to pick from.')
    return choice
  }
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    text: (length, alphabet) => Array.from({ length }, () => alphabet[int(0, alphabet.length - 1)]).join(''),
  }
}

/** FNV-1a over UTF-16 units, then a final mix, so that keys that differ in one digit start far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}
