import type { EntryDetail } from '@sentinelmesh/api'
import { useMemo } from 'react'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { entryViews } from './entry-views.ts'

/** The text of the view that a rule matched. */
export function ViewText({ entry, view }: { readonly entry: EntryDetail; readonly view: string }) {
  const text = useMemo(() => entryViews(entry).texts.get(view) ?? '', [entry, view])
  return text === '' ? null : (
    <>
      : <ShownText text={text} className="font-mono" />
    </>
  )
}

/** Says which parts of the entry rules for other log sources did not check separately. */
export function ViewsNote({ entry }: { readonly entry: EntryDetail }) {
  const { incomplete } = useMemo(() => entryViews(entry), [entry])
  return incomplete === null ? null : <p className="mt-1 text-small text-warn">{incomplete}</p>
}
