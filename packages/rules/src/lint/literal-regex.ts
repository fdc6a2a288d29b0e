/** What an expression looks for that is no more than texts. */
interface LiteralRegex {
  /** Any of them. */
  readonly texts: readonly string[]
  readonly place: 'whole' | 'contains' | 'startswith' | 'endswith'
  readonly ignoresCase: boolean
}

/** What means more than itself stands in it escaped. */
const TEXT = String.raw`(?:[^\\.[\](){}|*+?^$]|\\[^\w\s])+`
const TEXTS = String.raw`${TEXT}(?:\|${TEXT})*`
/** `(?i)`; `^`, `.*`; a text, or several in a group; `.*`, `$`. */
const LITERAL = new RegExp(String.raw`^(\(\?i\))?(\^|\.\*)?(?:(${TEXT})|\((?:\?:)?(${TEXTS})\))(\$|\.\*)?$`)
/** Without a group what stands around the texts would be of the outer ones alone. */
const BARE = new RegExp(String.raw`^(\(\?i\))?(${TEXTS})$`)

/** Null where the expression is more than texts. */
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

/** Whether it holds for whatever the field has. */
export const holdsForAll = (regex: string) => /^\^?\.\*$|^\.\*\$?$/.test(regex)
