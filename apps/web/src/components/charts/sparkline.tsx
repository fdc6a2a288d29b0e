import { cn } from '../layout/class-names.ts'
import { UNKNOWN } from '../../figures.ts'

interface SparklineProps {
  readonly values: readonly number[]
  readonly label: string
  readonly className?: string
  readonly width?: number
  readonly height?: number
  readonly area?: boolean
  /** Top of the scale; the highest value if absent. */
  readonly top?: number
}

/** A line without axes. With fewer than two values it shows a dash, never a line at zero. */
export function Sparkline({ values, label, className, width = 64, height = 20, area = false, top }: SparklineProps) {
  if (values.length < 2) {
    return (
      <span className="text-ink-3" title="Not enough data for a line">
        {UNKNOWN}
      </span>
    )
  }
  const most = Math.max(top ?? 0, ...values, 1)
  const points = values.map((value, at) => [
    2 + (at / (values.length - 1)) * (width - 5),
    height - 2 - (value / most) * (height - 5),
  ])
  const line = points.map(([x = 0, y = 0]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  const [lastX = 0, lastY = 0] = points.at(-1) ?? []
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      className={cn('shrink-0', className)}
    >
      {area && <polygon points={`2,${height} ${line} ${width - 3},${height}`} fill="currentColor" opacity="0.14" />}
      <polyline points={line} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round" />
      <circle cx={lastX} cy={lastY} r="1.75" fill="currentColor" />
    </svg>
  )
}
