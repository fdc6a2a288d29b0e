import { exact } from '../../figures.ts'
import { clockTime, dayAndMinute, dayOf, MINUTE } from '../../time.ts'
import type { Bucket, StackBand } from './bands.ts'
import { BAND_WORDS } from '../entry/risk.tsx'

interface BucketTableProps {
  readonly label: string
  readonly buckets: readonly Bucket[]
  readonly stepMs: number
  readonly bands: readonly StackBand[]
}

/** The figures of a chart as a table, newest first. */
export function BucketTable({ label, buckets, stepMs, bands }: BucketTableProps) {
  return (
    // It scrolls, so keyboard users must be able to focus it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="h-full overflow-y-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-small tabular-nums">
        <thead className="sticky top-0 bg-surface text-left text-micro text-ink-3">
          <tr>
            <th className="py-1.5">From</th>
            {bands.map((band) => (
              <th key={band} className="text-right">
                {BAND_WORDS[band]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.toReversed().map((bucket) => {
            const at = Date.parse(bucket.at)
            return (
              <tr key={bucket.at} className="border-t border-line">
                <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
                  {stepMs < MINUTE ? `${dayOf(at)}, ${clockTime(at)}` : dayAndMinute(at)}
                </th>
                {bands.map((band) => (
                  <td key={band} className="text-right">
                    {exact(bucket[band])}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
