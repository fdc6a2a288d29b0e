import { useMemo, useState } from 'react'
import { Button } from '../../../components/inputs/button.tsx'
import { MarkedText, ShownText, type Place } from '../../../components/text/shown-text.tsx'
import { exact } from '../../../figures.ts'
import { jsonLines } from './json-lines.ts'

interface JsonViewProps {
  readonly text: string
  readonly places?: ReadonlyMap<string, readonly Place[]>
}

const NONE: ReadonlyMap<string, readonly Place[]> = new Map()
/** More are shown on demand, because tens of thousands of lines would freeze the page. */
const MAX_LINES = 1_500
/** Lines up to a match are shown without a click, at most this many. */
const MAX_LINES_TO_MATCH = 10_000

export function JsonView({ text, places = NONE }: JsonViewProps) {
  const lines = useMemo(() => jsonLines(text), [text])
  const [all, setAll] = useState(false)
  if (lines === undefined) return <ShownText text={text} />
  const marked = places.size === 0 ? 0 : lines.findLastIndex(({ pointer }) => places.has(pointer)) + 1
  const shown = all ? lines : lines.slice(0, Math.max(MAX_LINES, Math.min(marked, MAX_LINES_TO_MATCH)))
  return (
    <>
      {shown.map(({ number, depth, key, pointer, value, more }) => (
        <div key={number} style={{ paddingLeft: `${depth * 14}px` }}>
          {key !== undefined && (
            <>
              <span className="text-syntax-key">
                "<ShownText text={key} />"
              </span>
              :{' '}
            </>
          )}
          {value.type === 'string' ? (
            <span className="text-syntax-string">
              "<MarkedText text={value.text} places={places.get(pointer) ?? []} focusable />"
            </span>
          ) : value.type === 'number' || value.type === 'word' ? (
            <span className="text-syntax-number">
              <MarkedText text={value.text} places={places.get(pointer) ?? []} focusable />
            </span>
          ) : (
            value.text
          )}
          {more && ','}
        </div>
      ))}
      {shown.length < lines.length && (
        <Button look="ghost" className="font-sans" onClick={() => setAll(true)}>
          Show all {exact(lines.length)} lines
        </Button>
      )}
    </>
  )
}
