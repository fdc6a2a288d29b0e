import type { EntryDetail, Row } from '@sentinelmesh/api'
import { AGENTS } from '@sentinelmesh/guides'
import { ArrowRight } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import { AgentLines } from '../../components/connect-agent/agent-lines.tsx'
import { AgentSelect } from '../../components/connect-agent/agent-select.tsx'
import { buttonClass } from '../../components/inputs/button.tsx'
import { CodeSample } from '../../components/text/code-sample.tsx'
import { CopyButton } from '../../components/inputs/copy-button.tsx'
import { Entity } from '../../components/entry/entity.tsx'
import { LevelGlyph, RiskNumber } from '../../components/entry/risk.tsx'
import { maskedKey } from '../../components/connect-agent/masked-key.ts'
import { RowSnippet, ShownText } from '../../components/text/shown-text.tsx'
import { duration, signed } from '../../figures.ts'
import { createLiveSocket } from '../../live/socket.ts'
import { exactTime } from '../../time.ts'
import { createClient } from '../../trpc.ts'
import { SNIPPETS } from './first-entry.ts'

const AN_AGENT = { id: 'agent', name: 'An agent' }

export interface Arrival {
  readonly row: Row
  readonly detail: EntryDetail | undefined
  /** `Arrived in 84 ms`, or without a figure where the clocks of server and browser disagree. */
  readonly note: string
  readonly ms: number | undefined
}

interface SendFirstEntryProps {
  readonly slug: string
  readonly url: string
  readonly apiKey: string
  readonly arrival: Arrival | undefined
  readonly onArrival: (arrival: Arrival) => void
  readonly onCopied: () => void
}

export function SendFirstEntry({ slug, url, apiKey, arrival, onArrival, onCopied }: SendFirstEntryProps) {
  const [shown, setShown] = useState(SNIPPETS[0]?.id ?? 'curl')
  const listening = useFirstEntry(slug, onArrival)
  const snippet = SNIPPETS.find(({ id }) => id === shown)
  const [agent, setAgent] = useState(AGENTS[0])
  return (
    <>
      <h1 className="text-display">Send your first entry</h1>
      <p className="mt-2 mb-6 text-body text-ink-2">
        {snippet === undefined
          ? 'Set these where the agent runs, then let it do something. Settings, Sources has them again later.'
          : 'Run this where this server can be reached. It sends one tool result with a planted instruction, so you also see a rule match.'}
      </p>
      <Tabs.Root
        value={shown}
        onValueChange={setShown}
        className="overflow-hidden rounded-card border border-control bg-sunken"
      >
        <div className="flex items-center justify-between gap-3 border-b border-line bg-surface px-1.5 py-1">
          <Tabs.List aria-label="Ways to send it" className="flex gap-1">
            {[...SNIPPETS, AN_AGENT].map(({ id, name }) => (
              <Tabs.Trigger
                key={id}
                value={id}
                className="h-7 rounded-control px-2.5 text-body font-medium text-ink-2 hover:text-ink data-[state=active]:bg-hover data-[state=active]:text-ink coarse:h-11"
              >
                {name}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {snippet !== undefined && <CopyButton text={snippet.text(url, apiKey)} onCopied={onCopied} />}
        </div>
        {SNIPPETS.map(({ id, text }) => (
          <Tabs.Content key={id} value={id} className="outline-offset-[-2px]">
            <CodeSample text={text(url, maskedKey(apiKey))} />
          </Tabs.Content>
        ))}
        <Tabs.Content value={AN_AGENT.id} className="flex flex-col gap-4 bg-surface p-4">
          <AgentSelect agent={agent} onChange={setAgent} className="self-start" />
          {agent !== undefined && <AgentLines agent={agent} url={url} apiKey={apiKey} onCopied={onCopied} />}
        </Tabs.Content>
      </Tabs.Root>
      <p className="mt-2 text-small text-ink-3">The copied text holds the full key. It is shown masked here.</p>

      <section aria-label="Arrival" className="mt-6 overflow-hidden rounded-card border border-line bg-surface">
        {arrival === undefined ? (
          <p role="status" className="flex items-center gap-2.5 px-4 py-3 text-body">
            <span
              aria-hidden="true"
              className={listening ? 'size-1.75 animate-skeleton rounded-full bg-ok' : 'size-1.75 rounded-full bg-warn'}
            />
            {listening ? 'Listening. The entry shows here as soon as it arrives.' : 'Connecting to the stream…'}
          </p>
        ) : (
          <Arrived arrival={arrival} />
        )}
      </section>
      {arrival !== undefined && (
        <p className="mt-5">
          <a className={buttonClass('primary', 'h-9 px-3.5 text-body')} href={`/o/${slug}/logs?log=${arrival.row.id}`}>
            Open it in Logs
            <ArrowRight size={14} aria-hidden="true" />
          </a>
        </p>
      )}
    </>
  )
}

function Arrived({ arrival: { row, detail, ms } }: { readonly arrival: Arrival }) {
  const contributions = detail?.contributions ?? []
  return (
    <>
      <p role="status" className="flex items-center gap-2.5 px-4 py-3 text-body">
        <span aria-hidden="true" className="size-1.75 shrink-0 rounded-full bg-ok" />
        <strong className="font-semibold">First entry received</strong>
        {ms !== undefined && <span className="text-small text-ink-3">{duration(ms)} from send to screen</span>}
        <span className="ml-auto text-small text-ink-3">Listening for more</span>
      </p>
      <p className="flex items-center gap-3 border-t border-line px-4 py-2.5 max-tablet:flex-wrap">
        <RiskNumber risk={row.risk} band={row.band} />
        <span className="mono text-ink-2">{exactTime(Date.parse(row.at))}</span>
        <span className="flex min-w-0 items-center gap-1.5">
          <Entity name={row.sender} kind={row.kind} />
          {row.receiver !== null && (
            <>
              <ArrowRight size={13} aria-label="to" className="shrink-0 text-ink-3" />
              <Entity name={row.receiver} kind={row.kind} side="receiver" />
            </>
          )}
        </span>
        <RowSnippet row={row} className="mono min-w-0 flex-1 truncate max-tablet:basis-full" />
      </p>
      {contributions.map(({ rule_id, title, level, share }) => (
        <p key={rule_id ?? 'reported'} className="flex items-center gap-2 border-t border-line px-4 py-2.5">
          {level !== null && <LevelGlyph level={level} />}
          <ShownText text={title} className="font-semibold" />
          <span className="text-small text-ink-3">
            {rule_id === null ? 'reported by agent' : <ShownText text={`${rule_id} matched the highlighted text`} />}
          </span>
          <span className="ml-auto font-semibold tabular-nums">{signed(share)}</span>
        </p>
      ))}
      {detail !== undefined && contributions.length === 0 && (
        <p className="border-t border-line px-4 py-2.5 text-body text-ink-2">
          {row.unjudged
            ? 'Unjudged: it asked while the rules were being made ready. The next one is judged.'
            : 'No rule matched, so its risk is 0.'}
        </p>
      )}
    </>
  )
}

/** Beyond this the clocks of server and browser disagree, and a figure would be a guess. */
const BELIEVABLE_MS = 10_000

/** Follows the log from its head and tells the first entry that comes. */
function useFirstEntry(slug: string, onArrival: (arrival: Arrival) => void): boolean {
  const [listening, setListening] = useState(false)
  const tell = useRef(onArrival)
  useEffect(() => {
    tell.current = onArrival
  })
  useEffect(() => {
    const client = createClient(slug)
    const socket = createLiveSocket(slug, () => undefined)
    let told = false
    // From the first entry on, whoever is quicker: this page or the command.
    let position = '0'
    const followed = socket.follow({
      q: '',
      after: () => position,
      onItem(item) {
        setListening(true)
        if (item.type === 'progress') position = item.cursor
        if (item.type !== 'entry' || told) return
        told = true
        const row = item.entry
        const ms = Date.now() - Date.parse(row.received_at)
        const believable = ms >= 0 && ms < BELIEVABLE_MS
        const arrival = {
          row,
          ms: believable ? ms : undefined,
          note: believable ? `Arrived in ${duration(ms)}` : 'Arrived',
        }
        tell.current({ ...arrival, detail: undefined })
        client.logs.get.query({ id: row.id }).then(
          (detail) => tell.current({ ...arrival, detail }),
          () => undefined, // the row itself is on screen; Logs explains the rest
        )
      },
    })
    return () => {
      followed.stop()
      socket.close()
    }
  }, [slug])
  return listening
}
