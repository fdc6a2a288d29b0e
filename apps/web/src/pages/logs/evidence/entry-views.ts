import type { EntryDetail } from '@sentinelmesh/api'
import { maskedViewsOf, type Incomplete, type View } from '@sentinelmesh/rules/views'

/**
 * The events that a tool call becomes for rules of other log sources. Computed as it was when the entry was judged,
 * because they are not stored.
 */
export interface EntryViews {
  /** Maps the view name that places refer to onto a short text of the view. */
  readonly texts: ReadonlyMap<string, string>
  /** Says which parts were not checked separately; null if all were. */
  readonly incomplete: string | null
}

const INCOMPLETE: Readonly<Record<Incomplete, string>> = {
  too_many: 'It runs more programs or touches more files than can be checked separately.',
  too_deep: 'Its commands are nested too deeply to be checked separately.',
  too_long: 'It is too long for each of its programs to be checked separately.',
  unreadable: 'Part of it could not be parsed as a command: a quote or bracket is not closed.',
}

/** The field that describes a view best is the first of these that it has. */
const TEXT_FIELDS = ['CommandLine', 'TargetFilename', 'c-uri', 'QueryName', 'query', 'Action', 'Statement', 'payload']
const TEXT_CHARS = 80

export function entryViews(detail: EntryDetail): EntryViews {
  const { sender, receiver, kind, session, context, payload, payload_type: type, attributes, system } = detail
  const { product, category, service } = detail.logsource
  const views = maskedViewsOf({
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
  const incomplete = views.incomplete === null ? null : `${INCOMPLETE[views.incomplete]} ${STILL_CHECKED}`
  return { texts: new Map(views.map((view) => [view.title, textOf(view)])), incomplete }
}

const STILL_CHECKED = 'Rules still see the whole command, and the parts that could be separated.'

function textOf({ fields }: View): string {
  const name = TEXT_FIELDS.find((one) => fields.has(one)) ?? ''
  const text = fields.get(name)?.[0]?.text ?? ''
  return text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS)}…` : text
}
