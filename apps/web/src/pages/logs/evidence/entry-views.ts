import type { EntryDetail } from '@sentinelmesh/api'
import { viewsOf, type Incomplete, type View } from '@sentinelmesh/rules/views'

/** What a tool call is to rules of other log sources. Worked out here as it was when it was judged; nothing of it is kept. */
export interface EntryViews {
  /** Of a view, by the name that places have: its text in short. */
  readonly texts: ReadonlyMap<string, string>
  /** What was not looked at by itself; null where all was. */
  readonly incomplete: string | null
}

const INCOMPLETE: Readonly<Record<Incomplete, string>> = {
  too_many: 'It runs more programs, or touches more files, than are looked at one by one.',
  too_deep: 'Its commands nest deeper than is followed.',
  too_long: 'It is too long for each of its programs to be looked at by itself.',
  unreadable: 'Not all of it could be read as a command: a quote or a bracket stays open.',
}

/** Fields of which one says best what a view is. */
const TELLING = ['CommandLine', 'TargetFilename', 'c-uri', 'QueryName', 'query']
const TEXT_CHARS = 80

export function entryViews(detail: EntryDetail): EntryViews {
  const { sender, receiver, kind, session, context, payload, payload_type: type, attributes, system } = detail
  const { product, category, service } = detail.logsource
  const views = viewsOf({
    sender,
    receiver,
    kind,
    session,
    context,
    payload: { type, text: payload },
    attributes: attributes === null ? null : JSON.stringify(attributes),
    logsource: {
      ...(product === undefined ? {} : { product }),
      ...(category === undefined ? {} : { category }),
      ...(service === undefined ? {} : { service }),
    },
    reportedRisk: null,
    system,
  })
  const incomplete = views.incomplete === null ? null : `${INCOMPLETE[views.incomplete]} ${WHOLE}`
  return { texts: new Map(views.map((view) => [view.title, textOf(view)])), incomplete }
}

const WHOLE = 'Rules see the whole command, and what could be told apart.'

function textOf({ fields }: View): string {
  const name = TELLING.find((one) => fields.has(one)) ?? ''
  const text = fields.get(name)?.[0]?.text ?? ''
  return text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text
}
