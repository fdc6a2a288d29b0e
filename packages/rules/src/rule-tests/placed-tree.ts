import { LIMITS } from '../limits.ts'
import type { Places } from '../parse/yaml/documents.ts'
import { RuleError, type SourceRange } from '../parse/rule-error.ts'
import type { Span, Tree as YamlTree } from '../parse/yaml/yaml-nodes.ts'

/** A YAML tree with lines and columns: files of cases are small, and any part may be shown in a message. */
export type Tree = TreeMap | TreeList | TreeScalar

export interface TreeMap {
  readonly kind: 'map'
  readonly range: SourceRange
  readonly entries: readonly TreeEntry[]
}
export interface TreeEntry {
  readonly key: string
  readonly keyRange: SourceRange
  readonly value: Tree
}
export interface TreeList {
  readonly kind: 'list'
  readonly range: SourceRange
  readonly items: readonly Tree[]
}
export interface TreeScalar {
  readonly kind: 'scalar'
  readonly range: SourceRange
  readonly value: string | number | boolean | null
  /** The decoded text. Numbers keep the form in which they are written, such as `0x10` and `1.0`. */
  readonly text: string
}

/** Adds lines and columns to a tree. Throws `RuleError` if its expanded aliases exceed `LIMITS.caseNodes`. */
export function placed(root: YamlTree, places: Places): Tree {
  let nodes = 0
  const rangeOf = ({ start, end }: Span) => places.range(start, end)
  const place = (tree: YamlTree): Tree => {
    nodes += 1
    if (nodes > LIMITS.caseNodes)
      throw new RuleError(
        'too_large',
        rangeOf(tree),
        `A file of cases has at most ${LIMITS.caseNodes} values, those of aliases included (caseNodes).`,
      )
    const range = rangeOf(tree)
    switch (tree.kind) {
      case 'map': {
        const entries = tree.entries.map(({ key, keySpan, value }) => {
          return { key, keyRange: rangeOf(keySpan), value: place(value) }
        })
        return { kind: 'map', range, entries }
      }
      case 'list':
        return { kind: 'list', range, items: tree.items.map(place) }
      case 'scalar':
        return { kind: 'scalar', range, value: tree.value, text: tree.text }
    }
  }
  return place(root)
}
