import { foldedOf, leavesOf, type Event, type EventLeaf } from './event.ts'
import type { FoundPart, LeafPlace, Range } from './found.ts'
import { allOf, anyOf, negation, witnessOf, type Compiler, type Matcher } from './matcher.ts'
import { atomText, guardedText, type ValueSearch } from './text.ts'
import { valueMatchers } from './value-matcher.ts'
import { LIMITS } from '../limits.ts'
import type { Search, Value } from '../parse/rule.ts'

/** One `field|modifier: values`. */
export function compileSearch(search: Search, compiler: Compiler): Matcher<FoundPart> {
  const { field, all, negated, values } = search
  const slot = compiler.slot(field)
  const parts = values.map((value) => compileValue(value, slot, compiler))
  const holding = all ? allOf(parts) : anyOf(quickly(parts, compiler))
  const found: Matcher<FoundPart> = {
    ...holding,
    explain(event, into) {
      for (const [value, part] of parts.entries()) {
        if (!all && !part.holds(event)) continue
        const places: LeafPlace[] = []
        part.explain(event, places)
        into.push({ search, value, places: places.slice(0, LIMITS.placesPerValue) })
      }
    },
  }
  if (!negated) return found
  return {
    ...negation(found),
    // Nothing in the event is what it should not be: no place shows that.
    explain: (_, into) => void into.push(...values.map((_, value) => ({ search, value, places: [] }))),
  }
}

function compileValue(value: Value, slot: number, compiler: Compiler): ValueSearch {
  if (value.kind === 'exists' || value.kind === 'null') return { ...presence(value, slot, compiler), atom: -1 }
  if (value.kind === 'fieldref') return { ...fieldReference(value, slot, compiler), atom: -1 }
  const forms = valueMatchers(value).map((matcher): ValueSearch =>
    matcher.exact === null
      ? { ...guardedText(matcher, slot, compiler), atom: -1 }
      : atomText(matcher, matcher.exact, slot, compiler),
  )
  const [only] = forms
  return forms.length === 1 && only !== undefined ? only : { ...anyOf(forms), atom: -1 }
}

/** The same with those that atoms answer as one: some rules list thousands. */
function quickly(parts: readonly ValueSearch[], { context }: Compiler): readonly Matcher<LeafPlace>[] {
  const exact = parts.filter(({ atom }) => atom >= 0)
  if (exact.length < 2) return parts
  const slow = anyOf(exact)
  const atoms = Int32Array.from(exact, ({ atom }) => atom)
  const together: Matcher<LeafPlace> = {
    ...slow,
    holds(event) {
      if (context.everyRule) return slow.holds(event)
      const { held } = context.index
      for (let index = 0; index < atoms.length; index++) if (held[atoms[index] ?? 0] === 1) return true
      return false
    },
    cost: 1 + atoms.length / 16,
  }
  return [together, ...parts.filter(({ atom }) => atom < 0)]
}

/** Holds where a leaf of the one field is, or has in it, a leaf of the other: as plain text, without wildcards. */
function fieldReference(
  value: Value & { readonly kind: 'fieldref' },
  slot: number,
  compiler: Compiler,
): Matcher<LeafPlace> {
  const { place, cased } = value
  const otherSlot = compiler.slot(value.field)
  const read = (leaf: EventLeaf) => (cased ? leaf.text : foldedOf(leaf))
  const find = (text: string, other: string): Range | null => {
    const at = place === 'contains' ? text.indexOf(other) : place === 'endswith' ? text.length - other.length : 0
    if (at < 0 || !text.startsWith(other, at) || (place === 'whole' && text !== other)) return null
    return { start: at, end: at + other.length }
  }
  const places = (event: Event): LeafPlace[] => {
    const others = leavesOf(event, otherSlot)
      .filter(({ type }) => type !== 'null')
      .map(read)
    return leavesOf(event, slot).flatMap((leaf) => {
      if (leaf.type === 'null') return []
      const text = read(leaf)
      return others
        .map((other) => find(text, other))
        .filter((range) => range !== null)
        .slice(0, 1)
        .map((range) => ({ leaf, ...range }))
    })
  }
  const there = compiler.table.atom(otherSlot, '', 'present')
  return {
    holds: (event) => places(event).length > 0,
    explain: (event, into) => void into.push(...places(event)),
    witness: (weigh) => witnessOf([there], weigh),
    cost: 10,
  }
}

function presence(
  value: { readonly kind: 'exists'; readonly wanted: boolean } | { readonly kind: 'null' },
  slot: number,
  compiler: Compiler,
): Matcher<LeafPlace> {
  compiler.asksPresence()
  const isNull = (leaf: EventLeaf) => leaf.type === 'null'
  const holds =
    value.kind === 'exists'
      ? (event: Event) => (event.present[slot] ?? false) === value.wanted
      : (event: Event) => !(event.present[slot] ?? false) || (event.bySlot[slot]?.some(isNull) ?? false)
  return {
    holds,
    explain(event, into) {
      const [leaf] = leavesOf(event, slot)
      if (leaf !== undefined) into.push({ leaf, start: 0, end: leaf.text.length })
    },
    witness: () => null,
    cost: 1,
  }
}
