import type { EntryDetail, HeldCall } from '@sentinelmesh/api'
import { Button } from '../../../components/inputs/button.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { useMay, useSession } from '../../../shell/session.tsx'
import { useToast } from '../../../shell/toast.tsx'
import { useAct } from '../../settings/use-act.ts'

interface HeldCallNoteProps {
  readonly entry: EntryDetail
  readonly held: HeldCall
}

/**
 * Shows what became of a call that was blocked or asked about. A person can allow it once, or pause enforcement for its
 * agent.
 */
export function HeldCallNote({ entry, held }: HeldCallNoteProps) {
  const { client } = useSession()
  const toast = useToast()
  const may = useMay('verdicts.allow')
  const allow = useAct(client.verdicts.allowOnce.mutate, 'The call was not allowed')
  const pause = useAct(client.verdicts.pause.mutate, 'Enforcement was not paused')
  return (
    <div className="flex flex-col gap-2 text-small text-ink-2">
      <p>{held.verdict === 'block' ? 'This call was blocked.' : 'A person was to decide about this call.'}</p>
      {held.result_entry !== null && (
        <p className={held.verdict === 'block' ? 'text-warn' : ''}>
          {held.verdict === 'block'
            ? 'It was made anyway: a tool returned a result for it.'
            : 'It was allowed at the client: a tool returned a result for it.'}
        </p>
      )}
      {held.allowed_at !== null && (
        <p>
          Allowed once by <ShownText text={held.allowed_by ?? ''} /> <When at={held.allowed_at} />.{' '}
          {held.used_entry === null ? 'Not used so far.' : 'A later call used this.'}
        </p>
      )}
      {may && (
        <div className="flex flex-wrap gap-2">
          <Button
            busy={allow.busy}
            onClick={async () => {
              if ((await allow.run({ log_id: entry.id })) !== undefined) toast('Allowed once, for ten minutes')
            }}
          >
            Allow once
          </Button>
          <Button
            busy={pause.busy}
            onClick={async () => {
              if ((await pause.run({ sender: entry.sender })) !== undefined) toast('Enforcement paused for 15 minutes')
            }}
          >
            Pause enforcement
          </Button>
        </div>
      )}
    </div>
  )
}
