import { AGENTS, type Block } from '@sentinelmesh/api/agents'
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { Fragment, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { CodeSample } from '../../../components/code-sample.tsx'
import { CopyButton } from '../../../components/copy-button.tsx'
import { maskedKey } from '../../../components/masked-key.ts'
import { Select } from '../../../components/select.tsx'
import { When } from '../../../components/when.tsx'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'
import { useArrival } from './use-arrival.ts'

/** Where no key was made: the lines are complete but for it. */
const NO_KEY = 'YOUR_KEY'

/** Lines to paste for each agent, filled with this server's address and a key, and a mark at its first entry. */
export function PlugIn({ onArrival }: { readonly onArrival: () => void }) {
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
        {agent.experimental && (
          <p className="text-small text-ink-2">
            Experimental: known from documentation, not recorded. What is not understood is counted above.
          </p>
        )}
        {agent.blocks.map((block) => (
          <CodeBlock key={block.title} block={block} url={url} apiKey={key ?? NO_KEY} />
        ))}
        {agent.hook !== null && (
          <p className="text-body text-ink-2">
            To judge its calls before they run, on the same machine:{' '}
            <code className="mono whitespace-nowrap text-ink">sentinelmesh hook install {agent.hook}</code>
          </p>
        )}
        {agent.unseen.length > 0 && (
          <div className="text-body">
            <h3 className="mb-1 font-medium">What it keeps to itself by default, and what shows it</h3>
            <dl className="grid grid-cols-2 gap-x-4 gap-y-1.5 max-tablet:grid-cols-1 max-tablet:gap-y-0.5">
              {agent.unseen.map(({ what, shownBy }) => (
                <Fragment key={what}>
                  <dt className="text-ink-2 max-tablet:mt-1.5">{what}</dt>
                  <dd className="break-words">{shownBy ?? <span className="text-ink-3">Nothing shows it</span>}</dd>
                </Fragment>
              ))}
            </dl>
          </div>
        )}
        <Arrival key={agent.source} source={agent.source} onArrival={onArrival} />
      </div>
    </Section>
  )
}

function CodeBlock({ block, url, apiKey }: { readonly block: Block; readonly url: string; readonly apiKey: string }) {
  return (
    <div className="overflow-hidden rounded-card border border-control bg-sunken">
      <div className="flex items-center justify-between gap-3 border-b border-line bg-surface py-1 pr-1.5 pl-3.5">
        <span className="text-small text-ink-2">{block.title}</span>
        <CopyButton text={block.text({ url, key: apiKey })} />
      </div>
      <CodeSample text={block.text({ url, key: apiKey === NO_KEY ? apiKey : maskedKey(apiKey) })} />
    </div>
  )
}

interface ArrivalProps {
  readonly source: string
  readonly onArrival: () => void
}

function Arrival({ source, onArrival }: ArrivalProps) {
  const { slug } = useSession()
  const row = useArrival(source, onArrival)
  return (
    <p role="status" className="flex items-center gap-2.5 border-t border-line pt-3 text-body">
      {row === undefined ? (
        <>
          <span aria-hidden="true" className="size-1.75 animate-skeleton rounded-full bg-ok" />
          Listening. Its first entry shows here as soon as it arrives.
        </>
      ) : (
        <>
          <Check size={15} aria-hidden="true" className="text-ok" />
          <span>
            Its entries arrive, the first <When at={row.received_at} />.
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
