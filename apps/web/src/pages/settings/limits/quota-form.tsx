import { useState } from 'react'
import type { IngestQuota } from '@sentinelmesh/api'
import { Button } from '../../../components/inputs/button.tsx'
import { Field } from '../../../components/inputs/field.tsx'
import { When } from '../../../components/time/when.tsx'
import { counted, exact } from '../../../figures.ts'
import { useMay, useSession } from '../../../shell/session.tsx'
import { useToast } from '../../../shell/toast.tsx'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'
import { rateProblem, toRate, toTypedRate } from './rate-values.ts'

export function QuotaForm({ quota }: { readonly quota: IngestQuota }) {
  const { client } = useSession()
  const toast = useToast()
  const mayChange = useMay('settings.write')
  const now = toTypedRate(quota.entries_per_second)
  const [typed, setTyped] = useState(now)
  const save = useAct(client.settings.quota.update.mutate, 'The quota was not changed')
  const problem = rateProblem(typed)
  const unusable = !mayChange || problem !== undefined || typed === now

  const store = async () => {
    const done = await save.run({ entries_per_second: toRate(typed) })
    if (done !== undefined) toast(typed === '' ? 'Quota removed' : 'Quota saved')
  }
  return (
    <Section
      title="Ingest quota"
      about="How many entries all keys and users of this organization can report per second, together. Verdicts, hooks, and imports don't count."
    >
      <form
        className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!unusable && !save.busy) void store()
        }}
      >
        <Field
          label="Entries per second"
          className="max-w-72"
          placeholder="No limit"
          hint={hintOf(quota)}
          error={problem}
          value={typed}
          inputMode="decimal"
          autoComplete="off"
          disabled={!mayChange}
          onChange={(event) => setTyped(event.target.value.trim())}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" disabled={unusable} busy={save.busy}>
            Save
          </Button>
          {quota.refused !== null && (
            <p className="text-small text-ink-2">
              {counted(quota.refused.entries, 'entry', 'entries')} refused since the server started, last{' '}
              <When at={quota.refused.last_at} />
            </p>
          )}
        </div>
      </form>
    </Section>
  )
}

function hintOf({ burst }: IngestQuota): string {
  if (burst === null) return 'Leave blank for no limit.'
  return `After a pause, ${exact(burst)} can arrive at once. Leave blank for no limit.`
}
