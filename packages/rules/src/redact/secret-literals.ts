import { ENCODED_LITERALS } from './decode-text.ts'
import { SECRET_FORMATS } from './secret-formats.ts'

/** A literal with the number of its format. A null format marks encoded text, which may be any secret. */
export interface SecretLiteral {
  readonly text: string
  readonly format: number | null
}

/** A text without any of these needs no mask. Case-folded, without word boundaries: an escape may precede a secret. */
export const SECRET_LITERALS: readonly SecretLiteral[] = [
  ...SECRET_FORMATS.flatMap(({ literals }, format) => literals.map((text) => ({ text, format }))),
  ...ENCODED_LITERALS.map((text) => ({ text, format: null })),
]

/** Positions of literals in one text by format number, in order. */
export type LiteralPlaces = Map<number, number[]>

/** The literals that an index found in one text. */
export interface Suspected {
  readonly places: LiteralPlaces
  /** Whether the text may contain encoded characters. */
  readonly isEncoded: boolean
}
