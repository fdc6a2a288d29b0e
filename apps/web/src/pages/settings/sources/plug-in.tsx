import type { SourceRow } from '@sentinelmesh/api'
import { AGENTS } from '@sentinelmesh/api/agents'
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { AgentLines } from '../../../components/agent-lines.tsx'
import { Button } from '../../../components/button.tsx'
import { CopyButton } from '../../../components/copy-button.tsx'
import { Select } from '../../../components/select.tsx'
import { When } from '../../../components/when.tsx'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'
import { useArrival } from './use-arrival.ts'

interface PlugInProps {
  readonly seen: readonly SourceRow[]
  readonly onArrival: () => void
}

/** Lines to paste for each agent, filled with this server's address and a key, and a mark at its first entry. */
export function PlugIn({ seen, onArrival }: PlugInProps) {
  const { client, status } = useSession()
  const [id, setId] = useState(AGENTS[0]?.id ?? '')
  const [key, setKey] = useState<string>()
  const mayMake = useMay('apiKeys.create')
  const make = useAct(client.apiKeys.create.mutate, 'The key was not made')
  const agent = AGENTS.find((one) => one.id === id)
  if (agent === undefined) return null
  const url = status.publicUrl ?? window.location.origin

  return (
    <Section
      title="Plug in an agent"
      about="Set these where the agent runs. For most agents the address alone sends nothing, so take all lines."
    >
      <div className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
        <div className="flex flex-wrap items-center gap-3">
          <Select
            label="Agent"
            value={id}
            options={AGENTS.map((one) => ({
              value: one.id,
              text: one.experimental ? `${one.name} (experimental)` : one.name,
            }))}
            onChange={setId}
          />
          {key === undefined ? (
            mayMake ? (
              <Button
                busy={make.busy}
                onClick={async () => {
                  const made = await make.run({ name: agent.name, scopes: ['ingest', 'verdict'] })
                  if (made !== undefined) setKey(made.key)
                }}
              >
                Make a key for it
              </Button>
            ) : (
              <span className="text-small text-ink-3">{whoMay('apiKeys.create')} may make a key.</span>
            )
          ) : (
            <>
              <CopyButton text={key} label="Copy the key alone" />
              <span className="text-small text-ink-3">The key is shown this once. What you copy holds it in full.</span>
            </>
          )}
        </div>
        <AgentLines agent={agent} url={url} apiKey={key} />
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
          Listening. Its {isKnown ? 'next' : 'first'} entry shows here as soon as it arrives.
        </>
      ) : (
        <>
          <Check size={15} aria-hidden="true" className="text-ok" />
          <span>
            Its entries arrive, this one <When at={row.received_at} />.
          </span>
          <Link
            to="/o/$org/logs"
            params={{ org: slug }}
            search={{ log: row.id }}
            className="text-accent hover:underline"
          >
            Open it in Logs
          </Link>
        </>
      )}
    </p>
  )
}
