import { bandOf, LIMITS } from '@sentinelmesh/api/constants'
import { useMutation } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from '../../components/inputs/button.tsx'
import { Dialog } from '../../components/layout/dialog.tsx'
import { RiskNumber } from '../../components/entry/risk.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { useDebounced } from '../../components/notices/waiting.tsx'
import { toFault } from '../../fault.ts'
import { counted, exact } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import type { FilterPreview, PreviewInput } from './rule-types.ts'
import { useRuleAction } from './use-rule-action.ts'

export interface FilterCondition {
  readonly field: string
  readonly value: string
}

interface FilterDialogProps {
  readonly rule: { readonly id: string; readonly title: string }
  /** Matches that meet all of these are suppressed. */
  readonly conditions: readonly FilterCondition[]
  readonly onClose: () => void
}

const FIELDS = ['sender', 'receiver', 'session', 'context', 'kind', 'payload'] as const
const TYPING_MS = 400

/** Adds a Sigma filter to a rule, after showing which recent matches it would have suppressed. */
export function FilterDialog({ rule, conditions: proposed, onClose }: FilterDialogProps) {
  const { client } = useSession()
  const toast = useToast()
  const [rows, setRows] = useState(() => proposed.map((condition, key) => ({ ...condition, key })))
  const conditions = rows.map(({ field, value }) => ({ field: field.trim(), value }))
  const complete = conditions.length > 0 && conditions.every(({ field, value }) => field !== '' && value !== '')
  const asked = JSON.stringify(conditions)
  const debounced = useDebounced(asked, TYPING_MS)
  const { mutate, ...preview } = useMutation({
    mutationFn: (input: PreviewInput) => client.rules.previewFilter.mutate(input),
  })
  useEffect(() => {
    const next = JSON.parse(debounced) as FilterCondition[]
    if (next.length > 0 && next.every(({ field, value }) => field !== '' && value !== ''))
      mutate({ rule_id: rule.id, conditions: next })
  }, [debounced, rule.id, mutate])
  const add = useRuleAction(client.rules.addFilter.mutate, 'The filter was not added')
  const fresh = debounced === asked && !preview.isPending && preview.data !== undefined
  const fault = preview.isError ? toFault(preview.error) : undefined

  const store = async () => {
    const done = await add.run({ rule_id: rule.id, conditions })
    if (done === undefined) return
    toast('Filter added. It applies from the next entry on')
    onClose()
  }
  const change = (key: number, next: Partial<FilterCondition>) =>
    setRows((old) => old.map((row) => (row.key === key ? { ...row, ...next } : row)))

  return (
    <Dialog title="Suppress matches" onClose={onClose}>
      <p className="text-body text-ink-2">
        <ShownText text={rule.title} className="font-medium text-ink" /> adds no risk if{' '}
        {rows.length > 1 ? 'all of these conditions are met' : 'this condition is met'}. Entries and matches are still
        stored.
      </p>
      <ul className="mt-3 flex flex-col gap-2">
        {rows.map(({ key, field, value }) => (
          <li key={key} className="flex items-center gap-2 max-tablet:flex-wrap">
            <input
              aria-label="Field"
              list="filter-fields"
              maxLength={LIMITS.filterFieldChars}
              autoComplete="off"
              spellCheck={false}
              className="h-8.5 w-36 shrink-0 max-tablet:w-auto max-tablet:min-w-0 max-tablet:flex-1 rounded-control border border-control bg-surface px-2.5 text-small coarse:h-11"
              value={field}
              onChange={(event) => change(key, { field: event.target.value })}
            />
            <span className="text-small text-ink-3">is</span>
            <input
              aria-label="Value"
              maxLength={LIMITS.filterValueChars}
              autoComplete="off"
              spellCheck={false}
              className="h-8.5 min-w-0 flex-1 max-tablet:order-1 max-tablet:basis-full rounded-control border border-control bg-surface px-2.5 font-mono text-small coarse:h-11"
              value={value}
              onChange={(event) => change(key, { value: event.target.value })}
            />
            {rows.length > 1 && (
              <IconButton
                icon={X}
                label="Remove condition"
                onClick={() => setRows(rows.filter((row) => row.key !== key))}
              />
            )}
          </li>
        ))}
      </ul>
      <datalist id="filter-fields">
        {FIELDS.map((field) => (
          <option key={field} value={field}>
            {field}
          </option>
        ))}
      </datalist>
      {rows.length < LIMITS.filterConditions && (
        <Button
          look="ghost"
          icon={Plus}
          className="mt-1.5"
          onClick={() => setRows([...rows, { field: '', value: '', key: Math.max(...rows.map(({ key }) => key)) + 1 }])}
        >
          Add condition
        </Button>
      )}
      <section aria-label="Preview" aria-live="polite" className="mt-3 min-h-24 border-t border-line pt-3">
        {fault !== undefined ? (
          <p className="text-body text-danger">
            The preview failed. <ShownText text={fault.message} />
          </p>
        ) : !complete ? (
          <p className="text-body text-ink-3">
            Enter a field and a value to see which matches it would have suppressed.
          </p>
        ) : preview.data === undefined || !fresh ? (
          <p className="text-body text-ink-3">Counting matches of the last {LIMITS.filterPreviewDays} days…</p>
        ) : (
          <Preview preview={preview.data} />
        )}
      </section>
      <div className="mt-4 flex justify-end gap-2">
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={!complete || !fresh} busy={add.busy} onClick={() => void store()}>
          Add filter
        </Button>
      </div>
    </Dialog>
  )
}

function Preview({ preview }: { readonly preview: FilterPreview }) {
  const { matches, suppressed, examples, incomplete, text } = preview
  return (
    <>
      <p className="text-body" data-testid="preview">
        It would have suppressed <strong className="font-semibold">{exact(suppressed)}</strong> of{' '}
        {counted(matches, 'match', 'matches')} in the last {LIMITS.filterPreviewDays} days
        {incomplete && '. Only the newest entries were checked'}.
      </p>
      {examples.length > 0 && (
        <ul aria-label="Examples" className="mt-2 text-small">
          {examples.map(({ log_id: id, at, sender, risk, snippet }) => (
            <li key={id} className="flex min-h-6 items-center gap-2">
              <RiskNumber risk={risk} band={bandOf(risk)} className="w-12 shrink-0" />
              <span className="w-16 shrink-0 text-ink-3">
                <When at={at} bare />
              </span>
              <ShownText text={sender} className="max-w-36 shrink-0 truncate" />
              <ShownText text={snippet} className="mono min-w-0 truncate text-ink-2" />
            </li>
          ))}
        </ul>
      )}
      <details className="mt-2 text-small">
        <summary className="text-ink-2">View as Sigma</summary>
        <pre className="mono mt-1.5 max-h-48 overflow-auto rounded-control border border-line bg-sunken p-3">
          <ShownText text={text} />
        </pre>
      </details>
    </>
  )
}
