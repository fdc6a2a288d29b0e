import type { SourceRow } from '@sentinelmesh/api'
import { Link } from '@tanstack/react-router'
import { Check, Moon } from 'lucide-react'
import { When } from '../../../components/when.tsx'
import { exact } from '../../../figures.ts'
import { useSession } from '../../../shell/session.tsx'
import { Section } from '../section.tsx'
import { nameOf, WAYS } from './names.ts'

export function PluggedIn({ sources }: { readonly sources: readonly SourceRow[] }) {
  return (
    <Section
      title="Plugged in"
      about="Agents that report over OpenTelemetry, hooks or MCP. One record becomes one entry, several, or none."
    >
      {sources.length === 0 ? (
        <p className="rounded-card border border-line bg-surface px-4 py-6 text-center text-body text-ink-2">
          Nothing has come over OpenTelemetry, hooks or MCP yet. Choose an agent below.
        </p>
      ) : (
        <div className="overflow-x-auto rounded-card border border-line bg-surface">
          <table className="w-full text-body">
            <thead className="text-left text-small text-ink-3">
              <tr>
                <th className="px-3.5 py-2 font-medium">Agent</th>
                <th className="px-3.5 py-2 font-medium">By</th>
                <th className="px-3.5 py-2 font-medium">Last seen</th>
                <th className="px-3.5 py-2 text-right font-medium">A minute</th>
                <th className="px-3.5 py-2 text-right font-medium">Last hour</th>
                <th className="px-3.5 py-2 text-right font-medium">Records</th>
                <th className="px-3.5 py-2 text-right font-medium">Entries</th>
                <th className="px-3.5 py-2 text-right font-medium">Refused</th>
              </tr>
            </thead>
            <tbody>
              {sources.map((row) => (
                <Row key={`${row.source} ${row.surface}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

function Row({ row }: { readonly row: SourceRow }) {
  const { slug } = useSession()
  const { source, surface, last_seen: lastSeen, silent_since: silent } = row
  const figure = 'px-3.5 py-2.5 text-right tabular-nums'
  return (
    <tr className="border-t border-line">
      <td className="px-3.5 py-2.5">
        <Link
          to="/o/$org/logs"
          params={{ org: slug }}
          search={{ q: `attributes.source:${source}` }}
          className="font-medium hover:underline"
        >
          {nameOf(source)}
        </Link>
      </td>
      <td className="px-3.5 py-2.5 text-ink-2">{WAYS[surface]}</td>
      <td className="px-3.5 py-2.5 whitespace-nowrap">
        {silent === null ? (
          <span className="inline-flex items-center gap-1.5">
            <Check size={14} className="text-ok" aria-label="Reporting" />
            <When at={lastSeen} />
          </span>
        ) : (
          <span className="inline-flex items-center gap-1.5 text-warn">
            <Moon size={14} aria-hidden="true" />
            Silent, <When at={silent} />
          </span>
        )}
      </td>
      <td className={figure}>{row.entries_per_minute.toLocaleString('en', { maximumFractionDigits: 1 })}</td>
      <td className={figure}>{exact(row.entries_last_hour)}</td>
      <td className={figure}>{exact(row.records)}</td>
      <td className={figure}>{exact(row.entries)}</td>
      <td className={figure}>{exact(row.refused)}</td>
    </tr>
  )
}
