import { Chunk } from '@codemirror/merge'
import {
  type EditorState,
  type Extension,
  type RangeSet,
  RangeSetBuilder,
  StateEffect,
  StateField,
  Text,
} from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, gutter, GutterMarker } from '@codemirror/view'

/** Bounds the comparison, so that two texts with nothing in common do not freeze the page. Beyond this it is coarse. */
const DIFF = { scanLimit: 500, timeout: 50 }

/** The text that the draft is compared with; null if nothing was saved yet. */
export const setSaved = StateEffect.define<string | null>()

interface Compared {
  readonly saved: Text | null
  readonly chunks: readonly Chunk[]
}

const compared = StateField.define<Compared>({
  create: () => ({ saved: null, chunks: [] }),
  update(value, transaction) {
    const effect = transaction.effects.find((each) => each.is(setSaved))
    if (effect !== undefined) {
      const saved = effect.value === null ? null : Text.of(effect.value.split('\n'))
      return { saved, chunks: saved === null ? [] : Chunk.build(saved, transaction.newDoc, DIFF) }
    }
    if (!transaction.docChanged || value.saved === null) return value
    return {
      saved: value.saved,
      chunks: Chunk.updateB(value.chunks, value.saved, transaction.newDoc, transaction.changes, DIFF),
    }
  },
})

class Changed extends GutterMarker {
  override readonly elementClass: string
  constructor(name: string) {
    super()
    this.elementClass = name
  }
}
const ADDED = new Changed('cm-added')
const DELETED = new Changed('cm-deletedAbove')
const ADDED_LINE = Decoration.line({ class: 'cm-addedLine' })

/** Start offsets of new or changed lines, and of lines above which lines were deleted. */
function lines(state: EditorState): { readonly added: readonly number[]; readonly deleted: readonly number[] } {
  const added: number[] = []
  const deleted: number[] = []
  for (const { fromB, endB, toB } of state.field(compared).chunks) {
    if (fromB === toB) deleted.push(state.doc.lineAt(Math.min(fromB, state.doc.length)).from)
    else
      for (let at = fromB; at <= Math.min(endB, state.doc.length);) {
        const line = state.doc.lineAt(at)
        added.push(line.from)
        at = line.to + 1
      }
  }
  return { added, deleted }
}

function decorations(state: EditorState): DecorationSet {
  return Decoration.set(lines(state).added.map((from) => ADDED_LINE.range(from)))
}

function markers(state: EditorState): RangeSet<GutterMarker> {
  const { added, deleted } = lines(state)
  const builder = new RangeSetBuilder<GutterMarker>()
  const all = [...added.map((at) => [at, ADDED] as const), ...deleted.map((at) => [at, DELETED] as const)]
  for (const [at, marker] of all.toSorted(([a], [b]) => a - b)) builder.add(at, at, marker)
  return builder.finish()
}

/** Marks lines that differ from the saved text with a green edge, and deleted lines with a red line. */
export const changedLines: Extension = [
  compared,
  gutter({ class: 'cm-changedGutter', markers: (view) => markers(view.state) }),
  EditorView.decorations.compute([compared], decorations),
]
