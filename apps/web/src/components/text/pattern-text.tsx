import { ShownText } from './shown-text.tsx'
import { visibleString } from './visible-text.ts'

/** Enough to know a pattern by; some have thousands of characters. */
const SHOWN = 160

/** What a rule looks for, cut where it is long; the whole on hover. */
export function PatternText({ pattern }: { readonly pattern: string }) {
  if (pattern.length <= SHOWN) return <ShownText text={pattern} className="font-mono" />
  const code = pattern.charCodeAt(SHOWN - 1)
  const end = code >= 0xd800 && code <= 0xdbff ? SHOWN - 1 : SHOWN
  return (
    <span title={visibleString(pattern)}>
      <ShownText text={pattern.slice(0, end)} className="font-mono" />…
    </span>
  )
}
