import { GitCompareArrows, Info, OctagonPause, TriangleAlert } from 'lucide-react'
import { Banner } from '../../components/notices/banner.tsx'
import { Button } from '../../components/inputs/button.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { useMay, useSession, whoMay } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { STATE_NOTES } from './rule-state.tsx'
import type { RuleDetail } from './rule-types.ts'
import { useRuleAction } from './use-rule-action.ts'

interface RuleNoticesProps {
  readonly rule: RuleDetail
  /** Somebody else saved another version during this edit. */
  readonly outdated: boolean
  readonly narrow: boolean
  readonly onMine: () => void
  readonly onTheirs: () => void
}

/** Notices about a rule that is not at work, or a draft that cannot be saved. */
export function RuleNotices({ rule, outdated, narrow, onMine, onTheirs }: RuleNoticesProps) {
  const note = STATE_NOTES[rule.state]
  return (
    <>
      {outdated && (
        <Banner
          icon={GitCompareArrows}
          look="warn"
          action={
            <span className="flex flex-wrap gap-2">
              <Button onClick={onTheirs}>Use theirs</Button>
              <Button onClick={onMine}>Keep mine</Button>
            </span>
          }
        >
          <strong className="font-semibold">
            {rule.updated_by === null ? 'Somebody' : <ShownText text={rule.updated_by} />} saved another version
            {rule.updated_at !== null && (
              <>
                {' '}
                <When at={rule.updated_at} />
              </>
            )}
            .
          </strong>{' '}
          Your draft is kept here, and the marks at the edge show how it differs from theirs. If you keep yours, saving
          replaces theirs.
        </Banner>
      )}
      {rule.quarantine !== null && <Quarantine rule={rule} quarantine={rule.quarantine} />}
      {rule.state === 'awaiting' ? (
        <Awaiting rule={rule} />
      ) : (
        note !== undefined && (
          <Banner
            icon={rule.state === 'refused' ? TriangleAlert : Info}
            look={rule.state === 'refused' ? 'warn' : 'plain'}
          >
            {note}
          </Banner>
        )
      )}
      {narrow && (
        <Banner icon={Info}>
          On this screen you can read rules and turn them on or off. Use a larger screen to edit.
        </Banner>
      )}
    </>
  )
}

interface QuarantineProps {
  readonly rule: RuleDetail
  readonly quarantine: NonNullable<RuleDetail['quarantine']>
}

function Quarantine({ rule, quarantine }: QuarantineProps) {
  const { client } = useSession()
  const toast = useToast()
  const mayWrite = useMay('rules.write')
  const release = useRuleAction(client.rules.release.mutate, 'The rule was not released')
  const store = async () => {
    const done = await release.run({ id: rule.id })
    if (done !== undefined) toast('Released. Its cost is measured anew')
  }
  return (
    <Banner
      icon={OctagonPause}
      look="warn"
      action={
        <Button
          disabled={!mayWrite}
          title={mayWrite ? undefined : `${whoMay('rules.write')} can release it`}
          busy={release.busy}
          onClick={() => void store()}
        >
          Release
        </Button>
      }
    >
      <strong className="font-semibold">
        In quarantine since <When at={quarantine.at} />. It does not apply to entries.
      </strong>{' '}
      <ShownText text={quarantine.reason} />
    </Banner>
  )
}

function Awaiting({ rule }: { readonly rule: RuleDetail }) {
  const { client } = useSession()
  const toast = useToast()
  const mayConfirm = useMay('rules.confirm')
  const confirm = useRuleAction(client.rules.confirmFilters.mutate, 'The filter was not confirmed')
  const store = async () => {
    const done = await confirm.run({ ids: [rule.id] })
    if (done !== undefined) toast('Confirmed. It applies to all rules that it refers to')
  }
  return (
    <Banner
      icon={Info}
      look="warn"
      action={
        <Button
          disabled={!mayConfirm}
          title={mayConfirm ? undefined : `${whoMay('rules.confirm')} can confirm it`}
          busy={confirm.busy}
          onClick={() => void store()}
        >
          Confirm
        </Button>
      }
    >
      {STATE_NOTES.awaiting}
    </Banner>
  )
}
