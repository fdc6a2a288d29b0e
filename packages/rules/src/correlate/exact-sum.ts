/** A number beyond this counts as this, so that no sum of as many as are kept can overflow. */
const LARGEST = 1e300

/**
 * A sum from which can be taken what was added, without an error that grows: it is held exactly, as numbers that do not
 * overlap. Shewchuk, “Adaptive Precision Floating-Point Arithmetic” (1997), as in Python's `math.fsum`.
 */
export class ExactSum {
  /** From the smallest to the largest; usually one or two. */
  readonly #parts: number[] = []

  add(number: number): void {
    const parts = this.#parts
    let high = Math.max(-LARGEST, Math.min(LARGEST, number))
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

  subtract(number: number): void {
    this.add(-number)
  }

  /** Rounded once. */
  value(): number {
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
