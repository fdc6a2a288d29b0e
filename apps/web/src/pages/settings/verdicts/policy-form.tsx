import type { VerdictPolicy } from '@sentinelmesh/api'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../../components/inputs/button.tsx'
import { FieldError } from '../../../components/inputs/field.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { useToast } from '../../../shell/toast.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { useAct } from '../use-act.ts'
import { Exceptions } from './exceptions.tsx'
import { InTheLog } from './in-the-log.tsx'
import { KindLimits } from './kind-limits.tsx'
import { Modes } from './modes.tsx'
import { PastBudget } from './past-budget.tsx'
import { faultOf, toPolicy, toTypedPolicy, type TypedPolicy } from './policy-values.ts'
import { Thresholds } from './thresholds.tsx'

export function PolicyForm({ policy }: { readonly policy: VerdictPolicy }) {
  const { client } = useSession()
  const toast = useToast()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const may = useMay('verdicts.write')
  const [typed, setTyped] = useState(() => toTypedPolicy(policy))
  const save = useAct(client.verdicts.setPolicy.mutate, 'The policy was not saved')
  const fault = faultOf(typed)
  const same = JSON.stringify(typed) === JSON.stringify(toTypedPolicy(policy))
  const set = (change: Partial<TypedPolicy>) => setTyped({ ...typed, ...change })

  // Also loads the policy again, in case somebody else changed it.
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
        if (done !== undefined) toast('Verdict policy saved')
      }}
    >
      <fieldset disabled={!may} className="contents">
        <Section
          title="Mode"
          about="Agents request a verdict through hooks, the MCP proxy, or /api/v1/verdict. The entry is stored before the reply is sent."
        >
          <Modes value={typed.mode} onChange={(mode) => set({ mode })} />
          <InTheLog />
        </Section>

        <Section title="Thresholds" about="Each verdict applies at or above its risk. Leave blank to disable it.">
          <div className="rounded-card border border-line bg-surface p-4">
            <Thresholds label="All agents" value={typed.thresholds} onChange={(thresholds) => set({ thresholds })} />
          </div>
        </Section>

        <Section
          title="Limits by kind"
          about="The thresholds give no stricter verdict than this. Rule overrides are not limited. A hidden or forged instruction can still be blocked."
        >
          <KindLimits typed={typed} onChange={set} />
        </Section>

        <Exceptions typed={typed} onChange={set} />

        <Section
          title="On timeout"
          about="An agent waits at most this long for a verdict. After that, the call is allowed and stored as not judged, unless you block its kind here."
        >
          <PastBudget typed={typed} onChange={set} />
        </Section>
      </fieldset>

      <div className="flex flex-wrap items-center gap-3">
        {may ? (
          <Button type="submit" look="primary" disabled={same || fault !== undefined} busy={save.busy}>
            Save
          </Button>
        ) : (
          <p className="text-body text-ink-2">{whoMay('verdicts.write')} can change this.</p>
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
