import { lazy, Suspense, useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { ORIGIN_WORDS, RuleState } from './rule-state.tsx'
import type { RuleDetail } from './rule-types.ts'
import { useRuleAction } from './use-rule-action.ts'

const FilterDialog = lazy(async () => ({ default: (await import('./filter-dialog.tsx')).FilterDialog }))

interface FiltersTabProps {
  readonly rule: RuleDetail
  readonly onOpen: (id: string) => void
}

/** For a rule, the filters that suppress its matches; for a filter or a correlation, the rules that it refers to. */
export function FiltersTab({ rule, onOpen }: FiltersTabProps) {
  const { client } = useSession()
  const toast = useToast()
  const mayWrite = useMay('rules.write')
  const mayFilter = useMay('rules.filter')
  const [adding, setAdding] = useState(false)
  const remove = useRuleAction(client.rules.remove.mutate, 'The filter was not removed')
  const removeFilter = async (id: string) => {
    const done = await remove.run({ id })
    if (done !== undefined) toast('Filter removed. Matches that it suppressed add risk again from the next entry on')
  }
  return (
    <div className="flex max-w-3xl flex-col gap-4 px-5 py-4 max-tablet:px-4">
      {rule.kind !== 'rule' && (
        <section aria-label="Referenced rules">
          <h3 className="mb-1.5 text-small font-semibold text-ink-2">Referenced rules</h3>
          <ul>
            {rule.refers_to.map(({ reference, id, bound }) => (
              <li
                key={reference}
                className="flex min-h-8 items-center gap-2 border-b border-line text-body last:border-b-0"
              >
                {id === null ? (
                  <ShownText text={reference} className="font-mono text-small" />
                ) : (
                  <button
                    type="button"
                    className="min-h-6 font-mono text-small text-accent hover:underline"
                    onClick={() => onOpen(id)}
                  >
                    <ShownText text={reference} />
                  </button>
                )}
                <span className="text-small text-ink-3">
                  {id === null ? 'not in this organization' : bound ? 'applies' : 'applies once an owner confirms'}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {rule.kind === 'rule' && (
        <section aria-label="Filters">
          <p className="mb-2 text-body text-ink-2">
            A filter suppresses matches. They are stored and shown, but add no risk.
          </p>
          {rule.filters.length === 0 ? (
            <p className="text-body">No filter applies to this rule.</p>
          ) : (
            <ul>
              {rule.filters.map(({ id, title, state, origin }) => (
                <li
                  key={id}
                  className="flex min-h-9 flex-wrap items-center gap-x-3 border-b border-line last:border-b-0"
                >
                  <button
                    type="button"
                    className="min-h-6 min-w-0 truncate text-left text-body text-accent hover:underline"
                    onClick={() => onOpen(id)}
                  >
                    <ShownText text={title} />
                  </button>
                  <span className="text-small text-ink-3">
                    <RuleState state={state} /> · {ORIGIN_WORDS[origin]}
                  </span>
                  {mayWrite && origin !== 'builtin' && (
                    <Button
                      look="ghost"
                      className="ml-auto"
                      aria-label={`Remove the filter ${visibleString(title)}`}
                      busy={remove.busy}
                      onClick={() => void removeFilter(id)}
                    >
                      Remove
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
          {mayFilter ? (
            <Button className="mt-3" onClick={() => setAdding(true)}>
              Add a filter…
            </Button>
          ) : (
            <p className="mt-3 text-small text-ink-3">{whoMay('rules.filter')} can add a filter.</p>
          )}
        </section>
      )}
      {adding && (
        <Suspense>
          <FilterDialog rule={rule} conditions={[{ field: 'sender', value: '' }]} onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </div>
  )
}
