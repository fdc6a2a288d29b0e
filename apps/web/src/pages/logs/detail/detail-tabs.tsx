import type { EntryDetail } from '@sentinelmesh/api'
import { lazy, type ReactNode, Suspense, useMemo } from 'react'
import { CopyButton } from '../../../components/inputs/copy-button.tsx'
import { MarkedText, ShownText, type Place } from '../../../components/text/shown-text.tsx'
import { bytes, counted, duration } from '../../../figures.ts'
import { useSession } from '../../../shell/session.tsx'
import { dayOf, exactTime, inFull } from '../../../time.ts'
import { HeldCallNote } from './held-call.tsx'
import { JsonView } from './json-view.tsx'
import { maskedNote } from './masked-note.ts'
import { MatchList } from '../evidence/match-list.tsx'
import { entryPlaces, type EntryPlaces } from '../evidence/places.ts'
import { RiskWaterfall } from '../evidence/risk-waterfall.tsx'

// Only tool calls need the command parser, so it is loaded for them alone.
const ViewsNote = lazy(async () => ({ default: (await import('../evidence/matched-as.tsx')).ViewsNote }))

const CODE = 'mono rounded-control border border-line bg-sunken px-3 py-2.5 whitespace-pre-wrap break-words'
/** A smaller clock skew is not worth a mention. */
const MIN_SHOWN_SKEW_MS = 2_000

export function DetailTab({ entry }: { readonly entry: EntryDetail }) {
  const places = useMemo(() => entryPlaces(entry), [entry])
  const { status } = useSession()
  const curl = `curl ${status.publicUrl}/api/v1/logs/${entry.id} -H "X-API-Key: YOUR_KEY"`
  return (
    <>
      <Section
        title="Payload"
        tools={
          <>
            <CopyButton text={curl} label="Copy as curl" look="ghost" className="text-ink-2" />
            <CopyButton text={entry.payload} look="ghost" className="text-ink-2" />
          </>
        }
      >
        <Payload entry={entry} places={places} />
        <p className="mt-1.5 text-small text-ink-3">{payloadNote(entry, places)}</p>
        {entry.kind === 'tool_call' && (
          <Suspense>
            <ViewsNote entry={entry} />
          </Suspense>
        )}
        {entry.masked.map(({ format, count }) => (
          <p key={format} className="mt-1 text-small text-ink-2">
            {maskedNote(format, count)}
          </p>
        ))}
        {entry.truncated === true && (
          <p className="mt-1 text-small text-warn">
            The payload exceeded the storage limit. All of it was checked; then its end was cut.
          </p>
        )}
        {entry.text_repaired === true && (
          <p className="mt-1 text-small text-warn">
            Invalid characters (unpaired surrogates) were replaced on arrival.
          </p>
        )}
        {entry.id_conflict === true && (
          <p className="mt-1 text-small text-warn">
            The sender already used this ID for an entry with different content. Both are stored.
          </p>
        )}
      </Section>
      {entry.held !== undefined && (
        <Section title="Verdict">
          <HeldCallNote entry={entry} held={entry.held} />
        </Section>
      )}
      <Section title="Why this risk">
        <RiskWaterfall detail={entry} />
      </Section>
      {entry.matches.length > 0 && (
        <Section title="What matched">
          <MatchList entry={entry} places={places} />
        </Section>
      )}
      {entry.attributes !== null && Object.keys(entry.attributes).length > 0 && (
        <Section title="Attributes">
          <div className={CODE}>
            <JsonView text={JSON.stringify(entry.attributes)} places={places.attributes} />
          </div>
        </Section>
      )}
      <Section title="Origin">
        <Origin entry={entry} places={places} />
      </Section>
    </>
  )
}

function Payload({ entry, places }: { readonly entry: EntryDetail; readonly places: EntryPlaces }) {
  if (entry.payload === '') return <p className={`${CODE} text-ink-3`}>Empty</p>
  return (
    // Long payloads scroll with the panel, so they need no scroll bar of their own.
    <div className={CODE} data-testid="payload">
      {entry.payload_type === 'json' ? (
        <JsonView text={entry.payload} places={places.leaves} />
      ) : (
        <MarkedText text={entry.payload} places={places.text} focusable />
      )}
    </div>
  )
}

function payloadNote({ size }: EntryDetail, { count }: EntryPlaces): string {
  return count === 0 ? bytes(size) : `${counted(count, 'match', 'matches')} in ${bytes(size)}.`
}

const SYSTEMS = { linux: 'Linux', macos: 'macOS', windows: 'Windows' }

function Origin({ entry, places }: { readonly entry: EntryDetail; readonly places: EntryPlaces }) {
  const received = Date.parse(entry.received_at)
  const marked = (field: string, text: string) => (
    <MarkedText text={text} places={places.fields.get(field) ?? NO_PLACES} focusable />
  )
  return (
    <dl className="grid grid-cols-[104px_minmax(0,1fr)] gap-x-3 gap-y-1 text-small">
      <Fact name="Sender">
        {marked('sender', entry.sender)}
        {entry.sender_claimed && <span className="ml-1.5 text-warn">claimed: the key is not bound to this name</span>}
      </Fact>
      {entry.receiver !== null && <Fact name="Receiver">{marked('receiver', entry.receiver)}</Fact>}
      {entry.session !== null && <Fact name="Session">{marked('session', entry.session)}</Fact>}
      {entry.context !== null && <Fact name="Context">{marked('context', entry.context)}</Fact>}
      {entry.system !== null && <Fact name="System">{SYSTEMS[entry.system]}</Fact>}
      <Fact name="Received">
        <span title={inFull(received)} className="tabular-nums">
          {dayOf(received)}, {exactTime(received)}
        </span>
      </Fact>
      <Fact name="Clock">{clockNote(entry.skew_ms)}</Fact>
      <Fact name="Timestamp">
        <ShownText text={entry.timestamp} className="font-mono" />
      </Fact>
      <Fact name="Reported by">
        <ShownText text={entry.reported_by} /> over {entry.surface}
        {entry.remote_address !== null && `, from ${entry.remote_address}`}
      </Fact>
      <VerdictFact entry={entry} />
      {entry.source_id !== null && (
        <Fact name="Source ID">
          <ShownText text={entry.source_id} className="font-mono" />
        </Fact>
      )}
      <Fact name="ID">
        <span className="font-mono">{entry.id}</span>
      </Fact>
      <Fact name="Log source">
        <ShownText text={Object.values(entry.logsource).filter(Boolean).join(' / ') || 'none'} />
      </Fact>
    </dl>
  )
}

const NO_PLACES: readonly Place[] = []

function clockNote(skew: number): string {
  if (Math.abs(skew) < MIN_SHOWN_SKEW_MS) return 'in sync with the server'
  return skew > 0 ? `arrived ${duration(skew)} after its timestamp` : `${duration(-skew)} ahead of the server`
}

function VerdictFact({ entry: { verdict, would, unjudged, undecided } }: { readonly entry: EntryDetail }) {
  if (verdict === undefined && unjudged === undefined) return null
  return (
    <Fact name="Verdict">
      {verdict}
      {would !== undefined && ` (dry run; in enforce mode: ${would})`}
      {unjudged &&
        `${verdict === undefined ? '' : ', '}${undecided === undefined ? 'not judged: the rules timed out' : 'not judged: a rule was undecided'}`}
    </Fact>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Section({
  title,
  tools,
  children,
}: {
  readonly title: string
  readonly tools?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section aria-label={title} className="mb-4">
      <div className="mb-1.5 flex min-h-7 items-center gap-1">
        <h3 className="mr-auto text-small font-semibold text-ink-2">{title}</h3>
        {tools}
      </div>
      {children}
    </section>
  )
}

/** The entry as the API returns it. */
export function JsonTab({ entry }: { readonly entry: EntryDetail }) {
  const text = useMemo(() => JSON.stringify(entry), [entry])
  return (
    <Section
      title="Entry"
      tools={<CopyButton text={JSON.stringify(entry, null, 2)} look="ghost" className="text-ink-2" />}
    >
      <div className={CODE}>
        <JsonView text={text} />
      </div>
    </Section>
  )
}

/** The stored payload, byte for byte except for invisible characters. */
export function RawTab({ entry }: { readonly entry: EntryDetail }) {
  return (
    <Section
      title={entry.payload_type === 'json' ? 'Stored JSON' : 'Stored text'}
      tools={<CopyButton text={entry.payload} look="ghost" className="text-ink-2" />}
    >
      <div className={CODE}>
        <ShownText text={entry.payload} />
      </div>
    </Section>
  )
}
