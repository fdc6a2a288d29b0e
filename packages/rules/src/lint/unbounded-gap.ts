/** The longest gap between two parts of an expression that may run over lines, in characters. */
export const GAP_CHARS = 200

/** Any character, line ends included: a class with its opposite, or `.` or a line end. */
const ANYTHING = String.raw`\[\\(?:s\\S|S\\s|d\\D|D\\d|w\\W|W\\w)\]|\((?:\?:)?(?:\.\|\\n|\\n\|\.)\)`
const REPEATED = String.raw`(?:[*+]|\{\d+,(\d*)\})`
const GAP = new RegExp(`(?:${ANYTHING})${REPEATED}`, 'g')
/** The same, if `.` matches line ends. An escaped dot is one. */
const GAP_WITH_DOT = new RegExp(String.raw`(?:${ANYTHING}|(?<!\\)(?:\\\\)*\.)${REPEATED}`, 'g')

/**
 * Returns the first part of the expression that may match more than `GAP_CHARS` of any text between two other parts;
 * null if there is none. `isDotAll` is true if `.` matches line ends.
 */
export function unboundedGap(regex: string, isDotAll: boolean): string | null {
  const gap = isDotAll || /^\(\?[imx]*s/.test(regex) ? GAP_WITH_DOT : GAP
  for (const { 0: found, 1: most, index } of regex.matchAll(gap)) {
    if (most && Number(most) <= GAP_CHARS) continue
    if (hasPart(regex.slice(0, index)) && hasPart(regex.slice(index + found.length))) return found
  }
  return null
}

/** Anchors, flags, groups and the mark of a lazy repetition match no character. */
const hasPart = (regex: string) => regex.replaceAll(/\(\?[a-z]+\)|\(\?:|[()^$?|]|\\b/g, '') !== ''
