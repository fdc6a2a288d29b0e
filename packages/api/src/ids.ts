declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

/** An org's row id. Only `authorise` returns one. */
export type OrgId = Branded<number, 'OrgId'>
/** The public id of an entry: a UUIDv7. */
export type LogId = Branded<string, 'LogId'>
/** An entry's position in its org's log: dense and increasing, from 1. */
export type Seq = Branded<number, 'Seq'>
/** An opaque position in the log. */
export type TailCursor = Branded<string, 'TailCursor'>
/** An opaque position in one sorted and filtered list. */
export type PageCursor = Branded<string, 'PageCursor'>

export const BEFORE_ALL = 0 as Seq

/** `s` and the position in base 36: short, and clearly not a number to do arithmetic with. */
export function toTailCursor(seq: Seq): TailCursor {
  return `s${seq.toString(36)}` as TailCursor
}

/** Accepts a cursor, or a plain seq from the seed's clients. `undefined` if it is neither. */
export function fromTailCursor(text: string): Seq | undefined {
  const seq = /^s[0-9a-z]{1,11}$/.test(text)
    ? Number.parseInt(text.slice(1), 36)
    : /^\d{1,15}$/.test(text)
      ? Number(text)
      : Number.NaN
  return Number.isSafeInteger(seq) ? (seq as Seq) : undefined
}
