import type { SourceRow } from '@sentinelmesh/api'
import { AGENTS } from '@sentinelmesh/guides'
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { AgentLines } from '../../../components/connect-agent/agent-lines.tsx'
import { AgentSelect } from '../../../components/connect-agent/agent-select.tsx'
import { Button } from '../../../components/inputs/button.tsx'
import { CopyButton } from '../../../components/inputs/copy-button.tsx'
import { When } from '../../../components/time/when.tsx'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'
import { useArrival } from './use-arrival.ts'

interface PlugInProps {
  readonly seen: readonly SourceRow[]
  readonly onArrival: () => void
}

/** Setup lines for each agent, with this server's address and a key, and a notice when its first entry arrives. */
export function PlugIn({ seen, onArrival }: PlugInProps) {
  const { status } = useSession()
  const [agent, setAgent] = useState(AGENTS[0])
  const [key, setKey] = useState<string>()
  if (agent === undefined) return null

  return (
    <Section title="Connect an agent" about="Add all of these lines to the agent's environment.">
      <div className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
        <div className="flex flex-wrap items-center gap-3">
          <AgentSelect agent={agent} onChange={setAgent} />
          <KeyButton name={agent.name} apiKey={key} onMade={setKey} />
        </div>
        <AgentLines agent={agent} url={status.publicUrl ?? window.location.origin} apiKey={key} />
        <Arrival
          key={agent.source}
          source={agent.source}
          isKnown={seen.some(({ source }) => source === agent.source)}
          onArrival={onArrival}
        />
      </div>
    </Section>
  )
}

interface KeyButtonProps {
  readonly name: string
  readonly apiKey: string | undefined
  readonly onMade: (key: string) => void
}

function KeyButton({ name, apiKey, onMade }: KeyButtonProps) {
  const { client } = useSession()
  const may = useMay('apiKeys.create')
  const make = useAct(client.apiKeys.create.mutate, 'The key was not created')
  if (apiKey !== undefined)
    return (
      <>
        <CopyButton text={apiKey} label="Copy key" />
        <span className="text-small text-ink-3">
          The key is shown only once. The copied text contains the full key.
        </span>
      </>
    )
  if (!may) return <span className="text-small text-ink-3">{whoMay('apiKeys.create')} can create a key.</span>
  return (
    <Button
      busy={make.busy}
      onClick={async () => {
        const made = await make.run({ name, scopes: ['ingest', 'verdict'] })
        if (made !== undefined) onMade(made.key)
      }}
    >
      Create a key
    </Button>
  )
}

interface ArrivalProps {
  readonly source: string
  readonly isKnown: boolean
  readonly onArrival: () => void
}

function Arrival({ source, isKnown, onArrival }: ArrivalProps) {
  const { slug } = useSession()
  const row = useArrival(source, onArrival)
  return (
    <p role="status" className="flex items-center gap-2.5 border-t border-line pt-3 text-body">
      {row === undefined ? (
        <>
          <span aria-hidden="true" className="size-1.75 animate-skeleton rounded-full bg-ok" />
          Listening. Its {isKnown ? 'next' : 'first'} entry appears here when it arrives.
        </>
      ) : (
        <>
          <Check size={15} aria-hidden="true" className="text-ok" />
          <span>
            Entry received <When at={row.received_at} />.
          </span>
          <Link
            to="/o/$org/logs"
            params={{ org: slug }}
            search={{ log: row.id }}
            className="text-accent hover:underline"
          >
            Open in Logs
          </Link>
        </>
      )}
    </p>
  )
}
