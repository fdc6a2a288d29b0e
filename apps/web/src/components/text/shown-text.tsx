import type { Row } from '@sentinelmesh/api'
import { cn } from '../layout/class-names.ts'
import { cutToFirstPlace } from './snippet.ts'
import { type Segment, visibleSegments, visibleString } from './visible-text.ts'

/** Untrusted text as plain text: hidden characters are shown by name, and it cannot reorder the text around it. */
export function ShownText({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <bdi className={className}>
      {visibleSegments(text).map((segment) =>
        segment.type === 'text' ? segment.text : <HiddenCharacter key={segment.start} name={segment.name} />,
      )}
    </bdi>
  )
}

export interface Place {
  readonly start: number
  readonly end: number
  /** Titles of the rules that matched here; absent in snippets. */
  readonly titles?: readonly string[]
  /** Identifies the mark on the page. */
  readonly id?: string
}

/** The snippet of a row, on one line, starting shortly before its first match. */
export function RowSnippet({
  row,
  className,
}: {
  readonly row: Pick<Row, 'snippet' | 'snippet_marks'>
  readonly className?: string
}) {
  const { text, places } = cutToFirstPlace(row.snippet, row.snippet_marks)
  return <MarkedText text={text} places={places} {...(className === undefined ? {} : { className })} />
}

interface MarkedTextProps {
  readonly text: string
  readonly places: readonly Place[]
  /** Makes each match reachable by keyboard. Its description names the rules. */
  readonly focusable?: boolean
  readonly className?: string
}

/** Text with the matches highlighted. Their places come from the rule engine. */
export function MarkedText({ text, places, focusable = false, className }: MarkedTextProps) {
  return (
    <bdi className={className}>
      {groupByMarks(visibleSegments(text, places)).map(({ start, segments, marks }, at, all) => {
        const content = segments.map((segment) =>
          segment.type === 'text' ? segment.text : <HiddenCharacter key={segment.start} name={segment.name} />,
        )
        if (marks.length === 0) return <span key={start}>{content}</span>
        const titles = [...new Set(marks.flatMap((mark) => mark.titles ?? []))].map(visibleString)
        const ids = marks.flatMap(({ id }) => (id === undefined ? [] : [id]))
        const label = titles.length > 0 ? `Matched by ${titles.join(' and ')}` : undefined
        return (
          <mark
            key={start}
            className={cn(
              'bg-mark text-mark-on outline-focus data-hot:outline-2 forced:outline',
              // Adjacent and overlapping matches look like one.
              (all[at - 1]?.marks.length ?? 0) === 0 && 'rounded-l-chip pl-0.5',
              (all[at + 1]?.marks.length ?? 0) === 0 && 'rounded-r-chip pr-0.5',
            )}
            {...(focusable ? { tabIndex: 0 } : {})}
            {...(ids.length === 0 ? {} : { 'data-places': ids.join(' ') })}
            {...(label === undefined ? {} : { title: label, 'aria-description': label })}
          >
            {content}
          </mark>
        )
      })}
    </bdi>
  )
}

function groupByMarks(segments: readonly Segment<Place>[]) {
  const groups: { start: number; marks: readonly Place[]; segments: Segment<Place>[] }[] = []
  for (const segment of segments) {
    const last = groups.at(-1)
    if (
      last !== undefined &&
      last.marks.length === segment.marks.length &&
      last.marks.every((mark, at) => mark === segment.marks[at])
    ) {
      last.segments.push(segment)
    } else groups.push({ start: segment.start, marks: segment.marks, segments: [segment] })
  }
  return groups
}

function HiddenCharacter({ name }: { readonly name: string }) {
  return (
    <span
      className="mx-px rounded-chip border border-line-strong bg-sunken px-0.5 font-mono text-micro text-warn"
      title="Invisible character"
    >
      {`<${name}>`}
    </span>
  )
}
