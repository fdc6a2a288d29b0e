/** A regular expression that is equivalent to a search for plain texts. */
interface LiteralRegex {
  /** Alternatives, of which any may match. */
  readonly texts: readonly string[]
  readonly place: 'whole' | 'contains' | 'startswith' | 'endswith'
  readonly ignoresCase: boolean
}

/** Matches literal text, in which special characters are escaped. */
const TEXT = String.raw`(?:[^\\.[\](){}|*+?^$]|\\[^\w\s])+`
const TEXTS = String.raw`${TEXT}(?:\|${TEXT})*`
/** `(?i)`, then `^` or `.*`, then one text or a group of texts, then `.*` or `$`. */
const LITERAL = new RegExp(String.raw`^(\(\?i\))?(\^|\.\*)?(?:(${TEXT})|\((?:\?:)?(${TEXTS})\))(\$|\.\*)?$`)
/** Alternatives without a group, where anchors would apply to the first or last one only and are not allowed. */
const BARE = new RegExp(String.raw`^(\(\?i\))?(${TEXTS})$`)

/** Parses an expression that is only literal texts; null for any other. */
export function literalOf(regex: string): LiteralRegex | null {
  const [, flag, start, one, several, end] = LITERAL.exec(regex) ?? []
  if (one !== undefined || several !== undefined) {
    const place = start === '^' ? (end === '$' ? 'whole' : 'startswith') : end === '$' ? 'endswith' : 'contains'
    return { texts: textsOf(one ?? several ?? ''), place, ignoresCase: flag !== undefined }
  }
  const [, bareFlag, bare] = BARE.exec(regex) ?? []
  return bare === undefined ? null : { texts: textsOf(bare), place: 'contains', ignoresCase: bareFlag !== undefined }
}

const EACH = new RegExp(TEXT, 'g')
const textsOf = (alternatives: string) =>
  (alternatives.match(EACH) ?? []).map((text) => text.replaceAll(/\\(.)/gs, '$1'))

/** Returns whether the expression matches every text. */
export const holdsForAll = (regex: string) => /^\^?\.\*$|^\.\*\$?$/.test(regex)
