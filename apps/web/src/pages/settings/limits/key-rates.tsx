import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { IngestQuota } from '@sentinelmesh/api'
import { allKeys } from '@sentinelmesh/api/constants'
import { Button } from '../../../components/inputs/button.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { exact } from '../../../figures.ts'
import { useMay, useSession } from '../../../shell/session.tsx'
import { useToast } from '../../../shell/toast.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Loaded } from '../loaded.tsx'
import { Section } from '../section.tsx'
import { Cell, Table } from '../table.tsx'
import { useAct } from '../use-act.ts'
import { rateProblem, toRate, toTypedRate } from './rate-values.ts'

type KeyRefusals = IngestQuota['keys']

interface Key {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly entriesPerSecond: number | null
  readonly revokedAt: string | null
}

/** Limits each key that is in use. */
export function KeyRates({ refusals }: { readonly refusals: KeyRefusals }) {
  const trpc = useTRPC()
  const { client } = useSession()
  const keys = useQuery({
    queryKey: trpc.apiKeys.list.queryKey(),
    queryFn: ({ signal }) => allKeys((input) => client.apiKeys.list.query(input, { signal })),
  })
  return (
    <Section
      title="Key rates"
      about="How many entries each key can report per second. A key that exceeds its rate gets 429 and can retry."
    >
      <Loaded what="Keys" query={keys}>
        {(all) => <Keys keys={all.filter(({ revokedAt }) => revokedAt === null)} refusals={refusals} />}
      </Loaded>
    </Section>
  )
}

function Keys({ keys, refusals }: { readonly keys: readonly Key[]; readonly refusals: KeyRefusals }) {
  if (keys.length === 0) return <p className="text-body text-ink-2">No API keys yet.</p>
  return (
    <Table columns={['Key', 'Per second', 'Refused']} figures={2}>
      {keys.map((key) => (
        <tr key={`${key.id} ${key.entriesPerSecond}`}>
          <Cell>
            <span className="block font-medium">
              <ShownText text={key.name} />
            </span>
            <span className="block font-mono text-small text-ink-3">{key.hint}</span>
          </Cell>
          <Cell>
            <RateForm apiKey={key} />
          </Cell>
          <Cell figure className="whitespace-nowrap max-tablet:whitespace-normal">
            <Refused of={refusals.find(({ id }) => id === key.id)} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}

function Refused({ of }: { readonly of: KeyRefusals[number] | undefined }) {
  if (of === undefined) return <span className="text-ink-3">None</span>
  return (
    <>
      {exact(of.refused.entries)}
      <span className="block text-small text-ink-3">
        last <When at={of.refused.last_at} />
      </span>
    </>
  )
}

function RateForm({ apiKey: { id, name, entriesPerSecond } }: { readonly apiKey: Key }) {
  const { client } = useSession()
  const toast = useToast()
  const mayChange = useMay('apiKeys.setRate')
  const now = toTypedRate(entriesPerSecond)
  const [typed, setTyped] = useState(now)
  const save = useAct(client.apiKeys.setRate.mutate, 'The rate was not changed')
  const problem = rateProblem(typed)

  const store = async () => {
    const done = await save.run({ id, entriesPerSecond: toRate(typed) })
    if (done !== undefined) toast(typed === '' ? 'Rate removed' : 'Rate saved')
  }
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (problem === undefined && typed !== now && !save.busy) void store()
      }}
    >
      <input
        aria-label={`Entries per second of ${name}`}
        aria-invalid={problem !== undefined}
        className={cn(
          'h-8 w-24 rounded-control border bg-surface px-2.5 text-body tabular-nums placeholder:text-ink-3 focus-visible:outline-2 focus-visible:outline-offset-0 disabled:opacity-45 coarse:h-11',
          problem === undefined ? 'border-control' : 'border-danger',
        )}
        placeholder="No limit"
        inputMode="decimal"
        autoComplete="off"
        disabled={!mayChange}
        value={typed}
        onChange={(event) => setTyped(event.target.value.trim())}
      />
      {typed !== now && (
        <Button type="submit" disabled={problem !== undefined} busy={save.busy}>
          Save
        </Button>
      )}
      {problem !== undefined && <p className="basis-full text-small text-danger">{problem}</p>}
    </form>
  )
}
