import { AGENTS } from '@sentinelmesh/api/agents'
import type { SourceRow } from '@sentinelmesh/api'
import { EyeOff } from 'lucide-react'
import { nameOf } from './names.ts'

/** Agents that could ask before they act and do not: their calls are seen, most of them after they ran. */
export function NotHooked({ sources }: { readonly sources: readonly SourceRow[] }) {
  const hooked = new Set(sources.filter(({ surface }) => surface === 'hook').map(({ source }) => source))
  const bare = AGENTS.filter(
    ({ source, hook, experimental }) =>
      hook !== null &&
      !experimental &&
      !hooked.has(source) &&
      sources.some((row) => row.source === source && row.surface === 'otlp'),
  )
  return bare.map(({ id, source, hook }) => (
    <p key={id} className="flex items-start gap-2.5 rounded-card border border-line bg-surface px-4 py-3 text-body">
      <EyeOff size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 shrink-0 text-warn" />
      <span>
        {nameOf(source)} reports what it did and asks nothing before it acts. To judge its calls before they run:{' '}
        <code className="mono whitespace-nowrap">sentinelmesh hook install {hook}</code>
      </span>
    </p>
  ))
}
