/** A decimal number as written. `number` is rounded to a double; `text` has all its digits. */
export interface Decimal {
  readonly text: string
  readonly number: number
}

/** Parses a decimal number. Null for anything else, including spaces, hexadecimal and the empty text. */
export function decimalOf(text: string): Decimal | null {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? { text, number: Number(text) } : null
}

/** The number of a decimal text, rounded to a double; null if the text is none. */
export const numberOf = (text: string): number | null => decimalOf(text)?.number ?? null

/**
 * Compares the numbers exactly: negative if `a` is less than `b`, 0 if they are equal, positive if it is greater.
 * Rounding keeps the order, so the digits matter only for two numbers that round to the same double.
 */
export function compareDecimals(a: Decimal, b: Decimal): number {
  return a.number === b.number ? compareDigits(digitsOf(a.text), digitsOf(b.text)) : a.number - b.number
}

/** The value `0.DIGITS × 10^exponent`, without zeros at either end of the digits. */
interface Digits {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

const ZERO: Digits = { negative: false, digits: '', exponent: 0 }

function digitsOf(text: string): Digits {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? []
  const all = whole + fraction
  const first = all.search(/[1-9]/)
  if (first < 0) return ZERO
  let end = all.length
  while (all[end - 1] === '0') end--
  return {
    negative: sign === '-',
    digits: all.slice(first, end),
    exponent: whole.length - first + Number(exponent),
  }
}

function compareDigits(a: Digits, b: Digits): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1
  const size = compareSizes(a, b)
  return a.negative ? -size : size
}

function compareSizes(a: Digits, b: Digits): number {
  if (a.exponent !== b.exponent && a.digits !== '' && b.digits !== '') return a.exponent < b.exponent ? -1 : 1
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1
}
