import { foldedOf, leavesOf, type Event, type EventLeaf } from './event.ts'
import type { FoundPart } from './found.ts'
import type { LeafPlace, Range } from './leaf-place.ts'
import { allOf, anyOf, negation, witnessOf, type Compiler, type Matcher } from './matcher.ts'
import { atomText, guardedText, type ValueSearch } from './text.ts'
import { valueMatchers } from './value-matcher.ts'
import { LIMITS } from '../limits.ts'
import { placeOfLiteral } from '../literal-places.ts'
import type { Search, Value } from '../parse/rule.ts'
import { spendScan } from '../work-meter.ts'

/** Compiles one `field|modifier: values`. */
export function compileSearch(search: Search, compiler: Compiler): Matcher<FoundPart> {
  const { field, all, negated, values } = search
  const slot = compiler.slot(field)
  const parts = values.map((value) => compileValue(value, slot, compiler))
  const holding = all ? allOf(parts) : anyOf(batched(parts, compiler))
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
    // The values were not found, so there is no place to report.
    explain: (_, into) => void into.push(...values.map((_, value) => ({ search, value, places: [] }))),
  }
}

function compileValue(value: Value, slot: number, compiler: Compiler): ValueSearch {
  if (value.kind === 'exists' || value.kind === 'null') return { ...presence(value, slot, compiler), ...UNINDEXED }
  if (value.kind === 'fieldref') return { ...fieldReference(value, slot, compiler), ...UNINDEXED }
  const forms = valueMatchers(value).map((matcher): ValueSearch =>
    matcher.exact === null ? guardedText(matcher, slot, compiler) : atomText(matcher, matcher.exact, slot, compiler),
  )
  const [only] = forms
  return forms.length === 1 && only !== undefined ? only : { ...anyOf(batched(forms, compiler)), ...UNINDEXED }
}

const UNINDEXED = { atom: -1, gate: -1 }

/**
 * Merges the parts that an atom decides into one matcher, and those behind a gate into another, which skips closed
 * gates without a call. Some rules list thousands of texts or hundreds of regular expressions.
 */
function batched(parts: readonly ValueSearch[], compiler: Compiler): readonly Matcher<LeafPlace>[] {
  const exact = parts.filter(({ atom }) => atom >= 0)
  const gated = parts.filter(({ gate }) => gate >= 0)
  return [
    ...(exact.length < 2 ? exact : [anyAtom(exact, compiler)]),
    ...(gated.length < 2 ? gated : [anyGated(gated, compiler)]),
    ...parts.filter(({ atom, gate }) => atom < 0 && gate < 0),
  ]
}

function anyAtom(parts: readonly ValueSearch[], { context }: Compiler): Matcher<LeafPlace> {
  const slow = anyOf(parts)
  const atoms = Int32Array.from(parts, ({ atom }) => atom)
  return {
    ...slow,
    holds(event) {
      if (context.everyRule) return slow.holds(event)
      const { held } = context.index
      for (let index = 0; index < atoms.length; index++) if (held[atoms[index] ?? 0] === 1) return true
      return false
    },
    cost: 1 + atoms.length / 16,
  }
}

function anyGated(parts: readonly ValueSearch[], { context }: Compiler): Matcher<LeafPlace> {
  const slow = anyOf(parts)
  const gates = Int32Array.from(parts, ({ gate }) => gate)
  return {
    ...slow,
    holds(event) {
      if (context.everyRule) return slow.holds(event)
      const { open } = context.index
      for (let index = 0; index < gates.length; index++)
        if (open[gates[index] ?? 0] === 1 && parts[index]?.holds(event)) return true
      return false
    },
  }
}

/** Matches a leaf of one field that equals or contains a leaf of the other, as plain text without wildcards. */
function fieldReference(
  value: Value & { readonly kind: 'fieldref' },
  slot: number,
  compiler: Compiler,
): Matcher<LeafPlace> {
  const { place, cased } = value
  const otherSlot = compiler.slot(value.field)
  const read = (leaf: EventLeaf) => (cased ? leaf.text : foldedOf(leaf))
  const find = (text: string, other: string): Range | null => {
    spendScan(text.length)
    const at =
      place === 'contains' ? placeOfLiteral(other, text) : place === 'endswith' ? text.length - other.length : 0
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
  compiler.testsPresence()
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
