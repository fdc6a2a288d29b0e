import type { McpPin } from '@sentinelmesh/api'
import { useState } from 'react'
import { Button } from '../../../components/inputs/button.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { useToast } from '../../../shell/toast.tsx'
import { useAct } from '../use-act.ts'
import { DefinitionName } from './definition-name.tsx'
import { Target } from './target.tsx'
import { WordDiff } from './word-diff.tsx'

/** A changed definition, its differences, and a button that approves exactly this version on a second click. */
export function ChangedDefinition({ pin }: { readonly pin: McpPin }) {
  const { client } = useSession()
  const toast = useToast()
  const may = useMay('mcp.approve')
  const [asked, setAsked] = useState(false)
  const approve = useAct(client.mcp.approve.mutate, 'The definition was not approved')
  return (
    <li className="rounded-card border border-line bg-surface">
      <div className="flex items-start justify-between gap-3 px-4 py-2.5 max-tablet:flex-col">
        <div className="min-w-0 text-small wrap-anywhere text-ink-3">
          <span className="text-body font-medium text-ink">
            <DefinitionName pin={pin} />
          </span>{' '}
          of <ShownText text={pin.server} />, last seen <When at={pin.last_seen_at} />
          <Target target={pin.target} />
        </div>
        <span className="shrink-0">
          {may ? (
            <Button
              look={asked ? 'primary' : 'neutral'}
              busy={approve.busy}
              onClick={async () => {
                if (!asked) return setAsked(true)
                const { server_id: server, kind, name, hash } = pin
                if ((await approve.run({ server, kind, name, hash })) !== undefined) toast('Version approved')
                return undefined
              }}
            >
              {asked ? 'Approve this version' : 'Approve…'}
            </Button>
          ) : (
            <span className="text-small text-ink-3">{whoMay('mcp.approve')} can approve it.</span>
          )}
        </span>
      </div>
      {pin.diff !== null && <WordDiff diff={pin.diff} />}
    </li>
  )
}
