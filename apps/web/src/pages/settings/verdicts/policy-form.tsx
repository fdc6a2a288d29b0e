import type { VerdictPolicy } from '@sentinelmesh/api'
import { KINDS } from '@sentinelmesh/api/constants'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Field, FieldError } from '../../../components/field.tsx'
import { ShownText } from '../../../components/shown-text.tsx'
import { When } from '../../../components/when.tsx'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { useSay } from '../../../shell/toast.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'
import { Exceptions } from './exceptions.tsx'
import { faultOf, toPolicy, toTypedPolicy, type TypedPolicy } from './policy-values.ts'
import { Thresholds } from './thresholds.tsx'

const MODES = [
  {
    mode: 'dry_run',
    name: 'Dry run',
    about: 'Everything is allowed. Each entry keeps what enforcing would have answered.',
  },
  { mode: 'enforce', name: 'Enforce', about: 'Agents are held back, asked or warned as set below.' },
] as const

export function PolicyForm({ policy }: { readonly policy: VerdictPolicy }) {
  const { client, slug } = useSession()
  const say = useSay()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const may = useMay('verdicts.write')
  const [typed, setTyped] = useState(() => toTypedPolicy(policy))
  const save = useAct(client.verdicts.setPolicy.mutate, 'The policy was not changed')
  const fault = faultOf(typed)
  const same = JSON.stringify(typed) === JSON.stringify(toTypedPolicy(policy))
  const set = (change: Partial<TypedPolicy>) => setTyped({ ...typed, ...change })

  // Where somebody else has changed it meanwhile, theirs is shown.
  const discard = () => {
    setTyped(toTypedPolicy(policy))
    void queries.invalidateQueries(trpc.verdicts.policy.queryFilter())
  }

  return (
    <form
      className="flex flex-col gap-7"
      onSubmit={async (event) => {
        event.preventDefault()
        if (!may || same || fault !== undefined || save.busy) return
        const done = await save.run({ policy: toPolicy(typed), expected_hash: policy.hash })
        if (done !== undefined) say('The verdict policy is changed')
      }}
    >
      <fieldset disabled={!may} className="contents">
        <Section
          title="Mode"
          about="Agents ask through hooks, the MCP proxy or /api/v1/verdict, and are answered once their entry is stored."
        >
          <div className="grid grid-cols-2 gap-3 max-tablet:grid-cols-1">
            {MODES.map(({ mode, name, about }) => (
              <label
                key={mode}
                className="block cursor-pointer rounded-card border border-line bg-surface p-3.5 text-body font-medium has-checked:border-accent has-checked:bg-selected"
              >
                <input
                  type="radio"
                  name="mode"
                  className="mr-2.5 align-[-1px] accent-accent-solid"
                  checked={typed.mode === mode}
                  onChange={() => set({ mode })}
                />
                {name}
                <span className="mt-1 block text-small font-normal text-ink-2">{about}</span>
              </label>
            ))}
          </div>
          <p className="mt-2 text-small text-ink-2">
            In the log:{' '}
            <Link
              to="/o/$org/logs"
              params={{ org: slug }}
              search={{ q: 'would:block' }}
              className="text-accent hover:underline"
            >
              what enforcing would have blocked
            </Link>
            ,{' '}
            <Link
              to="/o/$org/logs"
              params={{ org: slug }}
              search={{ q: 'verdict:block' }}
              className="text-accent hover:underline"
            >
              what was blocked
            </Link>
            ,{' '}
            <Link
              to="/o/$org/logs"
              params={{ org: slug }}
              search={{ q: 'unjudged:true' }}
              className="text-accent hover:underline"
            >
              what went through unjudged
            </Link>
            .
          </p>
        </Section>

        <Section
          title="Thresholds"
          about="From this risk on. An empty field: never. Agents that cannot ask a person are denied where they would be asked."
        >
          <div className="rounded-card border border-line bg-surface p-4">
            <Thresholds label="Everyone" value={typed.thresholds} onChange={(thresholds) => set({ thresholds })} />
          </div>
        </Section>

        <Exceptions typed={typed} onChange={set} />

        <Section
          title="When there is no time"
          about="An agent waits this long at most. What is not judged by then is stored as unjudged and let through, except for the kinds chosen here."
        >
          <div className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
            <Field
              label="Time budget, milliseconds"
              className="max-w-60"
              inputMode="numeric"
              autoComplete="off"
              value={typed.budgetMs}
              onChange={(event) => set({ budgetMs: event.target.value.trim() })}
            />
            <div
              role="group"
              aria-label="Held back where not judged in time"
              className="flex flex-wrap gap-x-5 gap-y-2"
            >
              <span className="w-full text-body font-medium">Held back all the same</span>
              {KINDS.map((kind) => (
                <label key={kind} className="flex items-center gap-2 text-body">
                  <input
                    type="checkbox"
                    className="accent-accent-solid"
                    checked={typed.closedKinds.includes(kind)}
                    onChange={(event) =>
                      set({
                        closedKinds: KINDS.filter((one) =>
                          one === kind ? event.target.checked : typed.closedKinds.includes(one),
                        ),
                      })
                    }
                  />
                  {kind.replaceAll('_', ' ')}
                </label>
              ))}
            </div>
          </div>
        </Section>
      </fieldset>

      <div className="flex flex-wrap items-center gap-3">
        {may ? (
          <Button type="submit" look="primary" disabled={same || fault !== undefined} busy={save.busy}>
            Save
          </Button>
        ) : (
          <p className="text-body text-ink-2">{whoMay('verdicts.write')} may change this.</p>
        )}
        {may && !same && <Button onClick={discard}>Discard changes</Button>}
        {fault !== undefined && <FieldError>{fault}</FieldError>}
        {policy.updated_at !== null && (
          <span className="text-small text-ink-3">
            Changed <When at={policy.updated_at} />
            {policy.updated_by !== null && (
              <>
                {' '}
                by <ShownText text={policy.updated_by} />
              </>
            )}
          </span>
        )}
      </div>
    </form>
  )
}
