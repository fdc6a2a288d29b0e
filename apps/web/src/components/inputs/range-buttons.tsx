import type { ReactNode } from 'react'
import { cn } from '../layout/class-names.ts'
import { RANGE_NAMES, RANGES, type RangeName } from '../time/ranges.ts'

interface RangeButtonsProps {
  /** Undefined for a fixed range. */
  readonly value: RangeName | undefined
  readonly onChange: (range: RangeName) => void
  /** More buttons at the end. */
  readonly children?: ReactNode
}

export const SEGMENT =
  'inline-flex h-7 items-center gap-1.5 px-2.5 text-small max-tablet:px-1.5 font-medium whitespace-nowrap first:rounded-l-[5px] last:rounded-r-[5px] focus-inset coarse:h-11'

export function RangeButtons({ value, onChange, children }: RangeButtonsProps) {
  return (
    <div
      role="group"
      aria-label="Time range"
      className="inline-flex divide-x divide-line rounded-control border border-line-strong bg-surface"
    >
      {RANGE_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === value}
          className={cn(SEGMENT, name === value ? 'bg-hover text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink')}
          onClick={() => onChange(name)}
        >
          {RANGES[name].short}
        </button>
      ))}
      {children}
    </div>
  )
}
