import type { AgentSetup, Block } from '@sentinelmesh/guides'
import { Fragment } from 'react'
import { CodeSample } from '../text/code-sample.tsx'
import { CopyButton } from '../inputs/copy-button.tsx'
import { maskedKey } from './masked-key.ts'

/** Placeholder when no key was created. Everything else in the lines is complete. */
const NO_KEY = 'YOUR_KEY'

interface AgentLinesProps {
  readonly agent: AgentSetup
  readonly url: string
  readonly apiKey: string | undefined
  readonly onCopied?: () => void
}

/** Setup lines of one agent: telemetry, hooks, and what the agent does not send by default. */
export function AgentLines({ agent, url, apiKey, onCopied }: AgentLinesProps) {
  return (
    <>
      {agent.experimental && (
        <p className="text-small text-ink-2">
          Experimental: based on the agent's documentation, not on recorded traffic. Settings → Sources counts the
          records that could not be read.
        </p>
      )}
      {agent.blocks.map((block) => (
        <CodeBlock key={block.title} block={block} url={url} apiKey={apiKey ?? NO_KEY} onCopied={onCopied} />
      ))}
      {agent.hook !== null && (
        <div>
          <CodeBlock block={hookBlock(agent.hook)} url={url} apiKey={apiKey ?? NO_KEY} onCopied={onCopied} />
          <p className="mt-1.5 text-small text-ink-3">
            In a clone of SentinelMesh, <code className="mono">sentinelmesh</code> is{' '}
            <code className="mono">node apps/server/dist/main.js</code>. After these lines{' '}
            <code className="mono">sentinelmesh doctor</code> checks that the server is reachable.
          </p>
        </div>
      )}
      {agent.unseen.length > 0 && (
        <div className="text-body">
          <h3 className="mb-1 font-medium">Not sent by default, and how to turn it on</h3>
          <dl className="grid grid-cols-2 gap-x-4 gap-y-1.5 max-tablet:grid-cols-1 max-tablet:gap-y-0.5">
            {agent.unseen.map(({ what, shownBy }) => (
              <Fragment key={what}>
                <dt className="text-ink-2 max-tablet:mt-1.5">{what}</dt>
                <dd className="break-words">{shownBy ?? <span className="text-ink-3">Cannot be turned on</span>}</dd>
              </Fragment>
            ))}
          </dl>
        </div>
      )}
      <p className="text-small text-ink-3">
        How each record is mapped: <code className="mono">docs/{agent.docs}</code>
      </p>
    </>
  )
}

/** Passes the key in the environment, because anyone who can list processes sees command lines. */
const hookBlock = (client: string): Block => ({
  title: 'Hooks: check calls before they run',
  language: 'shell',
  text: ({ url, key }) => `export SENTINELMESH_URL=${url}
export SENTINELMESH_API_KEY=${key}
sentinelmesh hook install ${client}`,
})

interface CodeBlockProps {
  readonly block: Block
  readonly url: string
  readonly apiKey: string
  readonly onCopied: (() => void) | undefined
}

function CodeBlock({ block, url, apiKey, onCopied }: CodeBlockProps) {
  return (
    <div className="overflow-hidden rounded-card border border-control bg-sunken">
      <div className="flex items-center justify-between gap-3 border-b border-line bg-surface py-1 pr-1.5 pl-3.5">
        <span className="text-small text-ink-2">{block.title}</span>
        <CopyButton text={block.text({ url, key: apiKey })} {...(onCopied === undefined ? {} : { onCopied })} />
      </div>
      <CodeSample text={block.text({ url, key: apiKey === NO_KEY ? apiKey : maskedKey(apiKey) })} />
    </div>
  )
}
