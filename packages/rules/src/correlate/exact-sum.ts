/**
 * What is held of a number, so that no sum of as many as are kept can overflow. A power of two: nothing is lost but of
 * numbers nearer to 0 than 1e-288.
 */
const HELD = 2 ** -64

/** Multiplied with it and taken from that, a number leaves its upper half. Dekker 1971. */
const SPLIT = 2 ** 27 + 1

/**
 * A sum from which can be taken what was added, without an error that grows: it is held exactly, as numbers that do not
 * overlap. Shewchuk, “Adaptive Precision Floating-Point Arithmetic” (1997), as in Python's `math.fsum`.
 */
export class ExactSum {
  /** From the smallest to the largest; usually one or two. */
  readonly #parts: number[] = []

  add(number: number): void {
    this.#add(number * HELD)
  }

  subtract(number: number): void {
    this.#add(-number * HELD)
  }

  /** Rounded once. */
  value(): number {
    return released(this.#rounded())
  }

  /** Divided by `count`, rounded so well that numbers which are all the same have just that as their mean. */
  mean(count: number): number {
    const mean = this.#rounded() / count
    const upper = SPLIT * mean - (SPLIT * mean - mean)
    const rest = new ExactSum()
    rest.#parts.push(...this.#parts)
    // Two products that are exact: half a number times a count.
    rest.#add(-upper * count)
    rest.#add((upper - mean) * count)
    return released(mean + rest.#rounded() / count)
  }

  #add(number: number): void {
    const parts = this.#parts
    let high = number
    let kept = 0
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at] ?? 0
      const sum = high + part
      const lost = Math.abs(high) < Math.abs(part) ? high - (sum - part) : part - (sum - high)
      if (lost !== 0) parts[kept++] = lost
      high = sum
    }
    parts.length = kept
    if (high !== 0) parts.push(high)
  }

  #rounded(): number {
    const parts = this.#parts
    let at = parts.length - 1
    let high = parts[at] ?? 0
    let lost = 0
    while (at > 0 && lost === 0) {
      const small = parts[--at] ?? 0
      const sum = high + small
      lost = small - (sum - high)
      high = sum
    }
    // Half way between two numbers, what is left decides to which of them it rounds.
    const rest = at > 0 ? (parts[at - 1] ?? 0) : 0
    const further = high + 2 * lost
    return lost * rest > 0 && further - high === 2 * lost ? further : high
  }
}

const released = (held: number) => finite(held / HELD)

/** What no number can say is the largest that one can. */
export const finite = (number: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, number))
