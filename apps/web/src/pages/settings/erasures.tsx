import type { Erasure } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/inputs/button.tsx'
import { Field } from '../../components/inputs/field.tsx'
import { FaultNotice } from '../../components/notices/notice.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { count, counted } from '../../figures.ts'
import { toFault } from '../../fault.ts'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { useTRPC } from '../../trpc.ts'
import { EraseDialog } from './erase-dialog.tsx'
import { Section } from './section.tsx'
import { useAct } from './use-act.ts'

/** The interval at which the progress of a running erasure is read. */
const PROGRESS_MS = 1_000

type Asked = { readonly session: string } | { readonly all: true }

/** Erases entries before their retention ends. */
export function Erasures() {
  const { client } = useSession()
  const toast = useToast()
  const mayEraseAll = useMay('erasures.all')
  const [session, setSession] = useState('')
  const [asked, setAsked] = useState<Asked>()
  const create = useAct(client.erasures.create.mutate, 'Nothing was erased')

  const erase = async (what: Asked) => {
    const done = await create.run(what)
    setAsked(undefined)
    if (done === undefined) return
    setSession('')
    toast('Erasure started')
  }
  return (
    <Section
      title="Erase"
      about="Permanently deletes stored entries from searches, counts, and files. The audit log records who erased how many entries, and when."
    >
      <div className="flex flex-col divide-y divide-line rounded-card border border-line bg-surface">
        <form
          className="flex flex-wrap items-end gap-3 p-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (session !== '') setAsked({ session })
          }}
        >
          <Field
            label="Erase a session"
            className="min-w-56 flex-1"
            placeholder="Session ID"
            value={session}
            maxLength={LIMITS.sessionChars}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setSession(event.target.value)}
          />
          <Button type="submit" className="h-9 coarse:h-11" disabled={session === ''}>
            Erase session…
          </Button>
        </form>
        <div className="flex flex-wrap items-center gap-3 p-4">
          <p className="min-w-56 flex-1 text-body">
            <span className="font-medium">Erase everything</span>
            <span className="block text-small text-ink-2">
              {mayEraseAll
                ? 'Erases all entries of this organization. Rules, users, and keys stay.'
                : `${whoMay('erasures.all')} can do this.`}
            </span>
          </p>
          <Button look="danger" disabled={!mayEraseAll} onClick={() => setAsked({ all: true })}>
            Erase everything…
          </Button>
        </div>
      </div>
      <List />
      {asked !== undefined && (
        <EraseDialog
          session={'session' in asked ? asked.session : null}
          busy={create.busy}
          onErase={() => void erase(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Section>
  )
}

function List() {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.erasures.list.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.some(isRunning) ? PROGRESS_MS : false),
    }),
  )
  if (error !== null)
    return <FaultNotice title="Erasures could not be loaded" fault={toFault(error)} onRetry={() => void refetch()} />
  if (data === undefined || data.length === 0) return null
  return (
    <ul aria-label="Erasures" className="mt-3 divide-y divide-line rounded-card border border-line bg-surface">
      {data.map((erasure) => (
        <li key={erasure.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-body">
          <span className="min-w-44 flex-1">
            <Name erasure={erasure} />
            <span className="block text-small text-ink-3">
              <When at={erasure.requested_at} /> by <ShownText text={erasure.requested_by} />
            </span>
          </span>
          <span className="tabular-nums">{progressOf(erasure)}</span>
          {isRunning(erasure) && (
            <progress
              className="h-1.5 w-32 accent-accent"
              aria-label="Progress of the erasure"
              max={Math.max(1, erasure.removed + erasure.left)}
              value={erasure.removed}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

function Name({ erasure: { scope, session } }: { readonly erasure: Erasure }) {
  if (scope === 'all') return 'Everything'
  return session === null ? (
    'A session'
  ) : (
    <>
      Session <ShownText text={session} />
    </>
  )
}

function isRunning({ state }: Erasure): boolean {
  return state === 'running'
}

function progressOf({ state, removed, left }: Erasure): string {
  if (state === 'finished') return removed === 0 ? 'Nothing to erase' : `${counted(removed, 'entry', 'entries')} erased`
  if (left === 0) return `${counted(removed, 'entry', 'entries')} erased, clearing the files`
  return `${count(removed)} erased, ${left >= LIMITS.erasureCounted ? 'more than ' : ''}${count(left)} to go`
}
