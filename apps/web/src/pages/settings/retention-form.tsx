import type { Retention } from '@sentinelmesh/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { Field } from '../../components/inputs/field.tsx'
import { useSettled } from '../../components/notices/waiting.tsx'
import { counted } from '../../figures.ts'
import { toFault } from '../../fault.ts'
import { useSession } from '../../shell/session.tsx'
import { useSay } from '../../shell/toast.tsx'
import { useTRPC } from '../../trpc.ts'
import { isSame, problemsOf, type Typed, toTyped, toValues } from './retention-values.ts'
import { Section } from './section.tsx'
import { useAct } from './use-act.ts'

const SETTLED_MS = 400

export function RetentionForm({ retention }: { readonly retention: Retention }) {
  const { client } = useSession()
  const say = useSay()
  const [typed, setTyped] = useState(() => toTyped(retention))
  const [asking, setAsking] = useState(false)
  const problems = problemsOf(typed, retention.default_days)
  const unusable = Object.keys(problems).length > 0 || isSame(typed, retention)
  const removal = useRemoval(typed, unusable)
  const save = useAct(client.settings.retention.update.mutate, 'Retention was not changed')

  const store = async () => {
    const done = await save.run(toValues(typed))
    setAsking(false)
    if (done !== undefined) say('Retention is changed')
  }
  const field = (name: keyof Typed) => ({
    value: typed[name],
    error: problems[name],
    inputMode: 'decimal' as const,
    autoComplete: 'off',
    onChange: (event: { readonly target: { readonly value: string } }) =>
      setTyped({ ...typed, [name]: event.target.value.trim() }),
  })
  return (
    <Section title="Retention" about="After this, entries are removed for good. Days count from when an entry arrived.">
      <form
        className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (unusable || save.busy || removal.pending) return
          if (removal.entries > 0) setAsking(true)
          else void store()
        }}
      >
        <div className="grid grid-cols-3 items-start gap-4 max-tablet:grid-cols-1">
          <Field
            label="Keep entries, days"
            placeholder={`${retention.default_days}, the default`}
            hint="Empty: the setting of this installation."
            {...field('days')}
          />
          <Field
            label="Most payloads, GiB"
            placeholder="no bound"
            hint="Past this the oldest go first."
            {...field('size')}
          />
          <Field
            label="Keep counts, days"
            placeholder="as long as entries"
            hint="Charts and totals may reach further back than entries."
            {...field('rollupsDays')}
          />
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" disabled={unusable} busy={save.busy}>
            Save
          </Button>
          <p role="status" className="text-small text-ink-2">
            {removal.say}
          </p>
        </div>
      </form>
      {asking && (
        <Dialog title="Remove entries?" onClose={() => setAsking(false)}>
          <p className="text-body">{removal.say} They cannot be brought back.</p>
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Keep them</Button>
            <Button look="danger" busy={save.busy} onClick={() => void store()}>
              Save and remove them
            </Button>
          </div>
        </Dialog>
      )}
    </Section>
  )
}

/** What saving would remove, asked when the typing has stood still. */
function useRemoval(typed: Typed, unusable: boolean) {
  const trpc = useTRPC()
  const settled = useSettled(typed, SETTLED_MS)
  const { data, error, isFetching } = useQuery(
    trpc.settings.retention.preview.queryOptions(toValues(settled), { enabled: !unusable && settled === typed }),
  )
  const pending = !unusable && (settled !== typed || isFetching)
  const entries = data?.entries ?? 0
  const say = () => {
    if (unusable) return ''
    if (pending) return 'Counting what this would remove'
    if (error !== null) return `What this would remove could not be counted. ${toFault(error).say}`
    if (entries === 0) return 'This removes nothing now.'
    return `This removes ${data?.estimated ? 'about ' : ''}${counted(entries, 'entry', 'entries')} within the next minutes.`
  }
  return { pending, entries, say: say() }
}
