import type { SourceRow } from '@sentinelmesh/api'
import { Link } from '@tanstack/react-router'
import { Check, Moon } from 'lucide-react'
import { When } from '../../../components/time/when.tsx'
import { exact } from '../../../figures.ts'
import { useSession } from '../../../shell/session.tsx'
import { Section } from '../section.tsx'
import { Cell, Table } from '../table.tsx'
import { nameOf, SURFACE_NAMES } from './names.ts'

export function PluggedIn({ sources }: { readonly sources: readonly SourceRow[] }) {
  return (
    <Section
      title="Connected"
      about="Agents that report over OpenTelemetry, hooks, or MCP. A record can become one entry, several, or none."
    >
      {sources.length === 0 ? (
        <p className="rounded-card border border-line bg-surface px-4 py-6 text-center text-body text-ink-2">
          No agent has reported over OpenTelemetry, hooks, or MCP yet. Choose one below.
        </p>
      ) : (
        <Table
          columns={['Agent', 'Via', 'Last seen', 'Per minute', 'Last hour', 'Records', 'Entries', 'Refused']}
          figures={3}
        >
          {sources.map((row) => (
            <Row key={`${row.source} ${row.surface}`} row={row} />
          ))}
        </Table>
      )}
    </Section>
  )
}

function Row({ row }: { readonly row: SourceRow }) {
  const { slug } = useSession()
  const { source, surface, last_seen: lastSeen, silent_since: silent } = row
  return (
    <tr>
      <Cell>
        <Link
          to="/o/$org/logs"
          params={{ org: slug }}
          search={{ q: `attributes.source:${source} surface:${surface}` }}
          className="font-medium hover:underline"
        >
          {nameOf(source)}
        </Link>
      </Cell>
      <Cell className="text-ink-2">{SURFACE_NAMES[surface]}</Cell>
      <Cell className="whitespace-nowrap">
        {silent === null ? (
          <span className="flex items-center gap-1.5">
            <Check size={14} className="text-ok" aria-label="Reporting" />
            <When at={lastSeen} />
          </span>
        ) : (
          <span className="flex items-center gap-1.5 text-warn">
            <Moon size={14} aria-hidden="true" />
            <span>
              <When at={silent} />, silent
            </span>
          </span>
        )}
      </Cell>
      <Cell figure>{row.entries_per_minute.toLocaleString('en', { maximumFractionDigits: 1 })}</Cell>
      <Cell figure>{exact(row.entries_last_hour)}</Cell>
      <Cell figure>{exact(row.records)}</Cell>
      <Cell figure>{exact(row.entries)}</Cell>
      <Cell figure>{exact(row.refused)}</Cell>
    </tr>
  )
}
