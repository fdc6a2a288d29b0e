import type { Retention } from '@sentinelmesh/api'
import type { ReactNode } from 'react'
import { When } from '../../components/time/when.tsx'
import { bytes, exact, UNKNOWN } from '../../figures.ts'
import { Section } from './section.tsx'

export function StoredNow({ retention: { stored } }: { readonly retention: Retention }) {
  return (
    <Section title="Storage" about="Matches, counts, and indexes need additional space.">
      <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-card border border-line bg-line max-tablet:grid-cols-1">
        <Figure name="Entries">{exact(stored.entries)}</Figure>
        <Figure name="Payloads">{bytes(stored.bytes)}</Figure>
        <Figure name="Oldest entry arrived">{stored.oldest === null ? UNKNOWN : <When at={stored.oldest} />}</Figure>
      </dl>
    </Section>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="bg-surface px-3.5 py-2.5">
      <dt className="text-small text-ink-3">{name}</dt>
      <dd className="text-strong tabular-nums">{children}</dd>
    </div>
  )
}
