/**
 * Scale applied to each number so that no sum of the stored numbers can overflow. A power of two, so precision is lost
 * only for numbers closer to 0 than 1e-288.
 */
const SCALE = 2 ** -64

/** Splits a number into two halves, each with half of its bits (Dekker 1971). */
const SPLIT = 2 ** 27 + 1

/**
 * A running sum that supports removal without accumulating error. It stores the exact sum as non-overlapping numbers:
 * Shewchuk, “Adaptive Precision Floating-Point Arithmetic” (1997), as in Python's `math.fsum`.
 */
export class ExactSum {
  /** In ascending magnitude; usually one or two. */
  readonly #parts: number[] = []

  add(number: number): void {
    this.#add(number * SCALE)
  }

  remove(number: number): void {
    this.#add(-number * SCALE)
  }

  /** The sum, rounded once. */
  value(): number {
    return unscaled(this.#rounded())
  }

  /** The sum divided by `count`, precise enough that the mean of equal numbers is exactly that number. */
  mean(count: number): number {
    const mean = this.#rounded() / count
    const upper = SPLIT * mean - (SPLIT * mean - mean)
    const rest = new ExactSum()
    rest.#parts.push(...this.#parts)
    // Both products are exact, because each half has few enough bits.
    rest.#add(-upper * count)
    rest.#add((upper - mean) * count)
    return unscaled(mean + rest.#rounded() / count)
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
    // Exactly halfway between two numbers, the sign of the remainder decides the direction of rounding.
    const rest = at > 0 ? (parts[at - 1] ?? 0) : 0
    const further = high + 2 * lost
    return lost * rest > 0 && further - high === 2 * lost ? further : high
  }
}

const unscaled = (sum: number) => finite(sum / SCALE)

/** Clamps infinities to the largest finite number. */
export const finite = (number: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, number))
