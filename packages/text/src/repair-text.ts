/** Replaces lone surrogates, which are not valid text, by U+FFFD. */
export function repairText(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}

const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/

/** Like `repairText`, for JSON text, in which a lone surrogate can also be escaped. */
export function repairJsonText(text: string): string {
  const well = repairText(text)
  if (!ESCAPED_SURROGATE.test(well)) return well
  let out = ''
  let kept = 0
  for (let at = well.indexOf('\\'); at >= 0; at = well.indexOf('\\', at)) {
    const code = escapedUnit(well, at)
    if (code === undefined || code < 0xd800 || code > 0xdfff) {
      at += code === undefined ? 2 : 6
      continue
    }
    const next = escapedUnit(well, at + 6)
    if (code < 0xdc00 && next !== undefined && next >= 0xdc00 && next <= 0xdfff) {
      at += 12
      continue
    }
    out += `${well.slice(kept, at)}\\ufffd`
    at += 6
    kept = at
  }
  return out + well.slice(kept)
}

/** The unit that a `\uXXXX` at this offset represents; undefined for anything else. */
function escapedUnit(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) !== BACKSLASH || text.charCodeAt(at + 1) !== LOWER_U) return undefined
  let unit = 0
  for (let digit = at + 2; digit < at + 6; digit++) {
    const value = hexValue(text.charCodeAt(digit))
    if (value === undefined) return undefined
    unit = unit * 16 + value
  }
  return unit
}

const BACKSLASH = 0x5c
const LOWER_U = 0x75

function hexValue(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined
}
