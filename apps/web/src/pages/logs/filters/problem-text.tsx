import type { Problem } from '@sentinelmesh/query'
import { type RefObject, useEffect, useRef } from 'react'

interface ProblemTextProps {
  readonly text: string
  readonly problems: readonly Problem[]
  /** The input on top of it, whose horizontal scroll position it follows. */
  readonly input: RefObject<HTMLInputElement | null>
}

/** The input's text behind the input, transparent except for underlines below errors. */
export function ProblemText({ text, problems, input }: ProblemTextProps) {
  const behind = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const field = input.current
    if (field === null || problems.length === 0) return
    const follow = () => {
      if (behind.current !== null) behind.current.scrollLeft = field.scrollLeft
    }
    follow()
    field.addEventListener('scroll', follow)
    return () => field.removeEventListener('scroll', follow)
  }, [input, problems])

  if (problems.length === 0) return null
  const pieces: { start: number; text: string; wrong: boolean }[] = []
  let at = 0
  for (const { start, end } of problems) {
    if (start < at) continue
    pieces.push({ start: at, text: text.slice(at, start), wrong: false })
    // An error at the end of the text has no characters to underline.
    pieces.push({ start, text: text.slice(start, end) || '\u00a0\u00a0', wrong: true })
    at = Math.max(end, start)
  }
  pieces.push({ start: at, text: text.slice(at), wrong: false })
  return (
    <div
      ref={behind}
      aria-hidden="true"
      className="absolute inset-0 flex items-center overflow-hidden text-body whitespace-pre text-transparent"
    >
      <span>
        {pieces.map((piece) => (
          <span
            key={`${piece.start} ${piece.wrong}`}
            className={piece.wrong ? 'underline decoration-danger decoration-wavy underline-offset-4' : ''}
          >
            {piece.text}
          </span>
        ))}
      </span>
    </div>
  )
}
