import { ShownText } from './shown-text.tsx'
import { visibleString } from './visible-text.ts'

/** Enough to recognize a pattern; some have thousands of characters. */
const SHOWN_CHARS = 160

/** A pattern of a rule, cut if it is long. The tooltip has all of it. */
export function PatternText({ pattern }: { readonly pattern: string }) {
  if (pattern.length <= SHOWN_CHARS) return <ShownText text={pattern} className="font-mono" />
  const code = pattern.charCodeAt(SHOWN_CHARS - 1)
  const end = code >= 0xd800 && code <= 0xdbff ? SHOWN_CHARS - 1 : SHOWN_CHARS
  return (
    <span title={visibleString(pattern)}>
      <ShownText text={pattern.slice(0, end)} className="font-mono" />…
    </span>
  )
}
