import { LIMITS } from '../limits.ts'
import type { Places } from '../parse/documents.ts'
import { RuleError, type SourceRange } from '../parse/rule-error.ts'
import type { Span, Tree as YamlTree } from '../parse/yaml-nodes.ts'

/** YAML whose parts say where they stand in lines and columns: files of cases are small, and each part may be shown. */
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
  /** As it is written: `0x10` and `1.0` keep their form; of text what it means. */
  readonly text: string
}

/** Throws `RuleError` where aliases make more of it than is read. */
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
