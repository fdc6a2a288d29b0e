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
  /** `Arrived in 84 ms`, or without a time if the clocks of server and browser disagree. */
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
          ? 'Add all of these lines to the agent’s environment, then run the agent. You can find them later in Settings → Sources.'
          : 'Run this on a machine that can reach this server. It sends one tool result with a planted instruction, so that a rule matches.'}
      </p>
      <Tabs.Root
        value={shown}
        onValueChange={setShown}
        className="overflow-hidden rounded-card border border-control bg-sunken"
      >
        <div className="flex items-center justify-between gap-3 border-b border-line bg-surface px-1.5 py-1">
          <Tabs.List aria-label="Send with" className="flex gap-1">
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
      <p className="mt-2 text-small text-ink-3">The key is masked here. The copied text contains the full key.</p>

      <section aria-label="Arrival" className="mt-6 overflow-hidden rounded-card border border-line bg-surface">
        {arrival === undefined ? (
          <p role="status" className="flex items-center gap-2.5 px-4 py-3 text-body">
            <span
              aria-hidden="true"
              className={listening ? 'size-1.75 animate-skeleton rounded-full bg-ok' : 'size-1.75 rounded-full bg-warn'}
            />
            {listening ? 'Listening. The entry appears here when it arrives.' : 'Connecting to the live stream…'}
          </p>
        ) : (
          <Arrived arrival={arrival} />
        )}
      </section>
      {arrival !== undefined && (
        <p className="mt-5">
          <a className={buttonClass('primary', 'h-9 px-3.5 text-body')} href={`/o/${slug}/logs?log=${arrival.row.id}`}>
            Open in Logs
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
            ? 'Not judged, because the rules were still loading. The next entry will be judged.'
            : 'No rule matched, so its risk is 0.'}
        </p>
      )}
    </>
  )
}

/** A longer delay means that the clocks of server and browser disagree. */
const MAX_DELAY_MS = 10_000

/** Reports the first entry of the log. Returns whether the tail is open. */
function useFirstEntry(slug: string, onArrival: (arrival: Arrival) => void): boolean {
  const [listening, setListening] = useState(false)
  const latest = useRef(onArrival)
  useEffect(() => {
    latest.current = onArrival
  })
  useEffect(() => {
    const client = createClient(slug)
    const socket = createLiveSocket(slug, () => undefined)
    let reported = false
    // From the start of the log, because the command may finish before this page subscribes.
    let position = '0'
    const followed = socket.follow({
      q: '',
      after: () => position,
      onItem(item) {
        setListening(true)
        if (item.type === 'progress') position = item.cursor
        if (item.type !== 'entry' || reported) return
        reported = true
        const row = item.entry
        const ms = Date.now() - Date.parse(row.received_at)
        const plausible = ms >= 0 && ms < MAX_DELAY_MS
        const arrival = {
          row,
          ms: plausible ? ms : undefined,
          note: plausible ? `Arrived in ${duration(ms)}` : 'Arrived',
        }
        latest.current({ ...arrival, detail: undefined })
        client.logs.get.query({ id: row.id }).then(
          (detail) => latest.current({ ...arrival, detail }),
          () => undefined, // the row is on screen, and Logs explains the rest
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
