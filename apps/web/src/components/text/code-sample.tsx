/** A command or code sample, with its quoted strings highlighted. */
export function CodeSample({ text }: { readonly text: string }) {
  return (
    // It scrolls sideways, so keyboard users must be able to focus it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} className="mono overflow-x-auto p-4 leading-5 focus-inset" aria-label="Code">
      {pieces(text).map(({ start, piece, quoted }) => (
        <span key={start} className={quoted ? 'text-syntax-string' : ''}>
          {piece}
        </span>
      ))}
    </pre>
  )
}

function pieces(text: string) {
  let start = 0
  return text.split(/("[^"\n]*"|'[^'\n]*')/).map((piece) => {
    const found = { start, piece, quoted: /^["']/.test(piece) }
    start += piece.length
    return found
  })
}
