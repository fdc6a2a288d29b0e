import type { Retention } from '@sentinelmesh/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { Field } from '../../components/inputs/field.tsx'
import { useDebounced } from '../../components/notices/waiting.tsx'
import { counted } from '../../figures.ts'
import { toFault } from '../../fault.ts'
import { useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { useTRPC } from '../../trpc.ts'
import { isSame, problemsOf, type Typed, toTyped, toValues } from './retention-values.ts'
import { Section } from './section.tsx'
import { useAct } from './use-act.ts'

const DEBOUNCE_MS = 400

export function RetentionForm({ retention }: { readonly retention: Retention }) {
  const { client } = useSession()
  const toast = useToast()
  const [typed, setTyped] = useState(() => toTyped(retention))
  const [confirming, setConfirming] = useState(false)
  const problems = problemsOf(typed, retention.default_days)
  const unusable = Object.keys(problems).length > 0 || isSame(typed, retention)
  const removal = useRemoval(typed, unusable)
  const save = useAct(client.settings.retention.update.mutate, 'Retention was not changed')

  const store = async () => {
    const done = await save.run(toValues(typed))
    setConfirming(false)
    if (done !== undefined) toast('Retention saved')
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
    <Section title="Retention" about="Older entries are permanently deleted. Age counts from arrival.">
      <form
        className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (unusable || save.busy || removal.pending) return
          if (removal.entries > 0) setConfirming(true)
          else void store()
        }}
      >
        <div className="grid grid-cols-3 items-start gap-4 max-tablet:grid-cols-1">
          <Field
            label="Keep entries, days"
            placeholder={`${retention.default_days}, the default`}
            hint="Leave blank for the default of this installation."
            {...field('days')}
          />
          <Field
            label="Storage limit, GiB"
            placeholder="No limit"
            hint="When payloads exceed this, the oldest entries are deleted."
            {...field('size')}
          />
          <Field
            label="Keep counts, days"
            placeholder="As long as entries"
            hint="Charts and totals can go back further than entries."
            {...field('rollupsDays')}
          />
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" disabled={unusable} busy={save.busy}>
            Save
          </Button>
          <p role="status" className="text-small text-ink-2">
            {removal.message}
          </p>
        </div>
      </form>
      {confirming && (
        <Dialog title="Delete entries?" onClose={() => setConfirming(false)}>
          <p className="text-body">{removal.message} You cannot undo this.</p>
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={() => setConfirming(false)}>Cancel</Button>
            <Button look="danger" busy={save.busy} onClick={() => void store()}>
              Save and delete
            </Button>
          </div>
        </Dialog>
      )}
    </Section>
  )
}

/** Counts the entries that saving would delete, once the input has not changed for a moment. */
function useRemoval(typed: Typed, unusable: boolean) {
  const trpc = useTRPC()
  const debounced = useDebounced(typed, DEBOUNCE_MS)
  const { data, error, isFetching } = useQuery(
    trpc.settings.retention.preview.queryOptions(toValues(debounced), { enabled: !unusable && debounced === typed }),
  )
  const pending = !unusable && (debounced !== typed || isFetching)
  const entries = data?.entries ?? 0
  const message = () => {
    if (unusable) return ''
    if (pending) return 'Counting entries to delete…'
    if (error !== null) return `The entries to delete could not be counted. ${toFault(error).message}`
    if (entries === 0) return 'This deletes no entries now.'
    return `This deletes ${data?.estimated ? 'about ' : ''}${counted(entries, 'entry', 'entries')} within a few minutes.`
  }
  return { pending, entries, message: message() }
}
