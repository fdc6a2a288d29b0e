import { CodeSample } from '../../components/text/code-sample.tsx'
import { CopyButton } from '../../components/inputs/copy-button.tsx'
import { StreamDot, streamWord } from '../../shell/ingest-card.tsx'
import { usePulse } from '../../live/pulse.ts'
import { useSession } from '../../shell/session.tsx'

/** Shown before the first entry: how to send one. */
export function NothingYet() {
  const { status, pulse } = useSession()
  const word = streamWord(usePulse(pulse))
  const command = `curl ${status.publicUrl}/log \\
  -H "X-API-Key: YOUR_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"sender": "agent.first", "payload": "Hello"}'`
  return (
    <div className="mx-auto max-w-2xl px-5 py-12">
      <h2 className="text-title">No entries yet</h2>
      <p className="mt-1 mb-4 text-body text-ink-2">
        Send one with the key from set-up. To create another key, run{' '}
        <code className="mono">sentinelmesh key create</code> on the server.
      </p>
      <div className="overflow-hidden rounded-card border border-line bg-sunken">
        <div className="flex justify-end border-b border-line bg-surface p-1">
          <CopyButton text={command} />
        </div>
        <CodeSample text={command} />
      </div>
      <p role="status" className="mt-4 flex items-center gap-2.5 text-body text-ink-2">
        <StreamDot word={word} />
        {word === 'live'
          ? 'Listening. This page updates when the first entry arrives.'
          : 'Connecting to the live stream…'}
      </p>
    </div>
  )
}
