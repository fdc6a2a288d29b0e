import { ShownText } from '../../../components/text/shown-text.tsx'

const PIECE = /(\[-[\s\S]*?-\]|\{\+[\s\S]*?\+\})/

/** Removed and added words, marked as `wdiff` does: [-…-] and {+…+}. */
export function WordDiff({ diff }: { readonly diff: string }) {
  return (
    // It scrolls if it is long, so keyboard users must be able to focus it.
    <div
      role="group"
      aria-label="What changed"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="mono max-h-80 overflow-y-auto border-t border-line px-4 py-3 leading-5 wrap-anywhere whitespace-pre-wrap focus-inset"
    >
      {piecesOf(diff).map(({ start, text, change }) =>
        change === 'removed' ? (
          <del key={start} className="bg-critical-bg text-critical-text">
            <ShownText text={text} />
          </del>
        ) : change === 'added' ? (
          <ins key={start} className="bg-ok-bg text-ok no-underline">
            <ShownText text={text} />
          </ins>
        ) : (
          <ShownText key={start} text={text} />
        ),
      )}
    </div>
  )
}

function piecesOf(diff: string) {
  let start = 0
  return diff.split(PIECE).flatMap((piece) => {
    const at = start
    start += piece.length
    if (piece === '') return []
    const change = piece.startsWith('[-') ? 'removed' : piece.startsWith('{+') ? 'added' : null
    return [{ start: at, text: change === null ? piece : piece.slice(2, -2), change }]
  })
}
