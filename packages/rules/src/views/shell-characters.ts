// Characters with a special meaning in shell scripts.
export const TAB = 0x09
export const NEWLINE = 0x0a
export const DOUBLE_QUOTE = 0x22
export const HASH = 0x23
export const DOLLAR = 0x24
export const QUOTE = 0x27
export const OPEN = 0x28
export const CLOSE = 0x29
export const LESS = 0x3c
export const GREATER = 0x3e
export const BACKSLASH = 0x5c
export const BACKTICK = 0x60
export const OPEN_BRACE = 0x7b
export const CLOSE_BRACE = 0x7d

export const isBlank = (code: number) => code === 0x20 || code === TAB

/** Returns whether the character ends a word: a blank, a line break or one of `;&|<>()`. */
export function isMeta(code: number): boolean {
  return (
    isBlank(code) ||
    code === NEWLINE ||
    code === 0x3b ||
    code === 0x26 ||
    code === 0x7c ||
    code === LESS ||
    code === GREATER ||
    code === OPEN ||
    code === CLOSE
  )
}
