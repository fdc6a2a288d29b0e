import type { EntryDetail } from '@sentinelmesh/api'
import { cn } from '../../../components/layout/class-names.ts'
import { BAND_FILL, LEVEL_BANDS } from '../../../components/entry/risk.tsx'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { exact, signed } from '../../../figures.ts'
import { capNote } from './cap-note.ts'

const BAR_MIN_PX = 3
const UNJUDGED = 'Not judged because the rules timed out'

/** What each piece of evidence added, largest first. The shares add up to the risk. */
export function RiskWaterfall({
  detail,
}: {
  readonly detail: Pick<EntryDetail, 'contributions' | 'matches' | 'risk' | 'band' | 'unjudged' | 'undecided'>
}) {
  const { contributions, matches, risk, unjudged, undecided } = detail
  if (contributions.length === 0)
    return (
      <div>
        <p className="text-body text-ink-2">
          {matches.length > 0 ? 'No match counts' : unjudged && undecided === undefined ? UNJUDGED : 'No rule matched'},
          so the risk is 0.
        </p>
        <UndecidedRules rules={undecided} />
      </div>
    )
  const cap = capNote(contributions, risk)
  return (
    <div>
      <ol className="flex flex-col">
        {contributions.map(({ rule_id, title, level, family, points, share }, at) => {
          const offset = contributions.slice(0, at).reduce((sum, earlier) => sum + earlier.share, 0)
          return (
            <li key={rule_id ?? 'reported'} className="flex items-center gap-3 py-1">
              <div className="min-w-0 flex-1">
                <p className="text-body wrap-anywhere">
                  <ShownText text={title} />
                </p>
                <p className="text-small wrap-anywhere text-ink-3">
                  {rule_id === null ? 'Reported by agent' : <ShownText text={`Rule ${rule_id}`} />}
                  {level !== null && `, ${level}`}, {exact(points)} points
                  {rule_id !== null && family !== rule_id && (
                    <>
                      , family <ShownText text={family} />
                    </>
                  )}
                </p>
              </div>
              <div
                aria-hidden="true"
                className="h-2 w-31 shrink-0 rounded-full bg-sunken max-tablet:w-16 forced:border"
              >
                <div
                  className={cn(
                    'h-full rounded-full forced-color-adjust-none',
                    level === null ? 'bg-none' : BAND_FILL[LEVEL_BANDS[level]],
                  )}
                  style={{ marginLeft: `${Math.min(offset, 97)}%`, width: `${share}%`, minWidth: BAR_MIN_PX }}
                />
              </div>
              <p className="w-9 shrink-0 text-right text-body font-semibold tabular-nums">{signed(share)}</p>
            </li>
          )
        })}
      </ol>
      <UndecidedRules rules={undecided} />
      <p className="mt-1 flex justify-between border-t border-line pt-1.5 text-body">
        <span className="text-ink-2">Combined risk</span>
        <strong className="font-semibold tabular-nums">{risk}</strong>
      </p>
      {cap !== undefined && <p className="mt-1 text-small text-ink-2">{cap}</p>}
      {contributions.length > 1 && (
        <p className="mt-1 text-small text-ink-3">Each share is what that evidence added to the risk, largest first.</p>
      )}
    </div>
  )
}

/** Rules that were stopped on this entry. They might match, and add no risk. */
function UndecidedRules({ rules }: { readonly rules: EntryDetail['undecided'] | undefined }) {
  return rules?.map(({ rule_id, title, explained }) => (
    <p key={rule_id} className="mt-2 text-small text-warn">
      <ShownText text={title} />. {explained}
    </p>
  ))
}
