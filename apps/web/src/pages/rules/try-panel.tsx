import { LIMITS } from '@sentinelmesh/api/constants'
import { useMutation } from '@tanstack/react-query'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { Button, Keys } from '../../components/inputs/button.tsx'
import { MarkedText, ShownText } from '../../components/text/shown-text.tsx'
import { toFault } from '../../fault.ts'
import { bytes, counted } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { JsonView } from '../logs/detail/json-view.tsx'
import { entryPlaces } from '../logs/evidence/places.ts'
import { ExplanationView, Held } from './explanation-view.tsx'
import { toTried, type Tried, type TryInput, type TryOutput } from './rule-types.ts'
import type { Subject } from './subject.ts'
import { looksBroken, readTried } from './tried-entry.ts'

const RUN_KEY = /Mac|iP/.test(navigator.userAgent) ? '\u2318\u21b5' : 'Ctrl \u21b5'

/** Tries the rule on one pasted or stored entry, and explains why it matched or not. */
export function TryPanel({ subject, broken }: { readonly subject: Subject; readonly broken: boolean }) {
  const { client } = useSession()
  const [pasted, setPasted] = useState('')
  const attempt = useMutation({ mutationFn: (input: TryInput) => client.rules.try.mutate(input) })
  const tooLarge = new Blob([pasted]).size > LIMITS.entryBytes
  const blocked = broken || tooLarge || pasted.trim() === ''
  const run = () => {
    const on = readTried(pasted)
    if (on !== undefined && !blocked && !attempt.isPending) attempt.mutate({ ...subject, ...on })
  }
  const outdated = attempt.variables !== undefined && !isSame(attempt.variables, { ...subject, ...readTried(pasted) })
  const fault = attempt.isError ? toFault(attempt.error) : undefined
  return (
    <div className="flex h-full min-h-0">
      <div className="flex w-2/5 min-w-60 shrink-0 flex-col gap-2 border-r border-line px-5 py-2.5">
        <textarea
          aria-label="Entry to try the rule on"
          spellCheck={false}
          autoComplete="off"
          placeholder="Paste an entry as JSON, text as a payload, or the ID of a stored entry"
          className="mono min-h-0 flex-1 resize-none rounded-control border border-control bg-surface px-2 py-1.5 placeholder:text-ink-3 focus-visible:outline-offset-0"
          value={pasted}
          onChange={(event) => setPasted(event.target.value)}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
              event.preventDefault()
              run()
            }
          }}
        />
        <div className="flex items-center gap-2">
          <Button look="primary" disabled={blocked} busy={attempt.isPending} onClick={run}>
            Try <Keys className="border-accent-on/40 text-accent-on!">{RUN_KEY}</Keys>
          </Button>
          <span className="min-w-0 text-small text-ink-3">
            {tooLarge ? (
              <span className="text-danger">The limit is {bytes(LIMITS.entryBytes)} per entry.</span>
            ) : broken ? (
              'Fix the errors first.'
            ) : looksBroken(pasted) ? (
              'This is not valid JSON, so it is tried as a payload.'
            ) : (
              'Nothing is stored.'
            )}
          </span>
        </div>
      </div>
      <div
        className="relative min-w-0 flex-1 overflow-y-auto px-5 py-2.5 focus-inset"
        role="region"
        aria-label="Result"
        aria-live="polite"
        // It scrolls, so keyboard users must be able to focus it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {fault !== undefined ? (
          <p className="text-body text-danger">
            The rule could not be tried. <ShownText text={fault.message} />
            {fault.details.ruleProblems?.map((problem) => (
              <span key={problem.message} className="block text-small">
                Line {problem.range.line}: <ShownText text={problem.message} />
              </span>
            ))}
          </p>
        ) : attempt.data === undefined ? (
          <p className="text-body text-ink-3">Results appear here: whether the rule matches, and why.</p>
        ) : (
          <>
            {outdated && (
              <p className="mb-2 text-small text-warn">This result is from before your last change. Try again.</p>
            )}
            <Outcome output={attempt.data} subject={subject} />
          </>
        )}
      </div>
    </div>
  )
}

const isSame = (one: TryInput, other: TryInput) =>
  one.id === other.id && one.text === other.text && one.log_id === other.log_id && one.entry === other.entry

function Outcome({ output, subject }: { readonly output: TryOutput; readonly subject: Subject }) {
  const results = output.results.map(toTried)
  const ofOthers = 'id' in subject && results.some((tried) => tried.rule_id !== subject.id)
  return (
    <div className="flex flex-col gap-4">
      {results.length === 0 && (
        <p className="text-body text-ink-2">
          No rule to try
          {output.problems.length > 0 && (
            <>
              : <ShownText text={output.problems[0]?.message ?? ''} />
            </>
          )}
          {output.problems.length === 0 && ': correlations need more than one entry. Backtest runs them.'}
        </p>
      )}
      {ofOthers && (
        <p className="text-body text-ink-2">
          A correlation needs several entries. These are the results of the rules that it refers to.
        </p>
      )}
      {results.map((tried) => (
        <Result key={tried.rule_id} tried={tried} output={output} named={ofOthers || results.length > 1} />
      ))}
    </div>
  )
}

function Result({
  tried,
  output,
  named,
}: {
  readonly tried: Tried
  readonly output: TryOutput
  /** The result needs the rule's title, because it is not clear which rule it is about. */
  readonly named: boolean
}) {
  const { held, filtered_by: filter, points, level, places } = tried
  return (
    <section aria-label={named ? tried.title : 'Outcome'} className="flex flex-col gap-2">
      <p className="flex items-center gap-1.5 text-body font-semibold" data-testid="verdict">
        <Held held={held && filter === null} />
        <span>
          {named && (
            <>
              <ShownText text={tried.title} />:{' '}
            </>
          )}
          {!held
            ? 'Does not match'
            : filter === null
              ? `Matches: ${level}, ${counted(points, 'point', 'points')}`
              : 'Matches, but a filter suppresses it, so it adds no risk'}
        </span>
      </p>
      {output.read_as === 'event' && (
        <p className="text-small text-ink-3">
          Read as an event with its own fields, because it has no sender and payload. Its log source is not checked.
        </p>
      )}
      {output.entry !== null && places.length > 0 && <TriedPayload entry={output.entry} tried={tried} />}
      <ExplanationView explanation={tried.explanation} />
    </section>
  )
}

/** The payload as it was judged, with the matches highlighted. */
function TriedPayload({ entry, tried }: { readonly entry: NonNullable<TryOutput['entry']>; readonly tried: Tried }) {
  const places = useMemo(
    () => entryPlaces({ payload_type: entry.payload_type, matches: [tried] }),
    [entry.payload_type, tried],
  )
  if (places.text.length === 0 && places.leaves.size === 0) return null
  return (
    <div className="mono max-h-40 overflow-y-auto rounded-control border border-line bg-sunken px-3 py-2 break-words whitespace-pre-wrap">
      {entry.payload_type === 'json' ? (
        <JsonView text={entry.payload} places={places.leaves} />
      ) : (
        <MarkedText text={entry.payload} places={places.text} focusable />
      )}
    </div>
  )
}
