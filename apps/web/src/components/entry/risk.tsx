import type { Row } from '@sentinelmesh/api'
import { cn } from '../layout/class-names.ts'

export type Band = Row['band']
export type Level = Row['matches'][number]['level']

export const BAND_WORDS: Record<Band, string> = {
  none: 'None',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
}
/** Rule levels use the glyphs of the bands. */
export const LEVEL_BANDS: Record<Level, Band> = {
  informational: 'none',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
}

export const BAND_TEXT: Record<Band, string> = {
  none: 'text-none-text',
  low: 'text-low-text',
  medium: 'text-medium-text',
  high: 'text-high-text',
  critical: 'text-critical-text',
}
export const BAND_FILL: Record<Band, string> = {
  none: 'bg-none',
  low: 'bg-low',
  medium: 'bg-medium',
  high: 'bg-high',
  critical: 'bg-critical',
}
const CHIP: Record<Band, string> = {
  none: 'bg-none-bg text-none-text',
  low: 'bg-low-bg text-low-text',
  medium: 'bg-medium-bg text-medium-text',
  high: 'bg-high-bg text-high-text',
  critical: 'bg-critical-solid text-critical-on',
}

/** The shape alone shows the band: a dash, one to three rising bars, or an octagon. */
export function RiskGlyph({
  band,
  size = 14,
  className,
}: {
  readonly band: Band
  readonly size?: number
  readonly className?: string
}) {
  const shape = cn('shrink-0', className)
  if (band === 'critical') {
    return (
      <svg width={size} height={size} viewBox="0 0 14 14" className={shape} aria-hidden="true">
        <path
          fillRule="evenodd"
          fill="currentColor"
          d="M4.6 1.2h4.8L12.8 4.6v4.8L9.4 12.8H4.6L1.2 9.4V4.6zM6.3 3.7h1.4v4H6.3zm0 5.2h1.4v1.4H6.3z"
        />
      </svg>
    )
  }
  if (band === 'none') {
    return (
      <svg width={size} height={size} viewBox="0 0 14 14" className={shape} aria-hidden="true">
        <rect x="2" y="6.25" width="10" height="1.5" rx="0.75" fill="currentColor" />
      </svg>
    )
  }
  const filled = { low: 1, medium: 2, high: 3 }[band]
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" className={shape} aria-hidden="true">
      {[4, 7, 11].map((height, bar) => (
        <rect
          key={height}
          x={1.5 + bar * 4}
          y={12.5 - height}
          width="3"
          height={height}
          rx="0.75"
          fill="currentColor"
          opacity={bar < filled ? 1 : 0.28}
        />
      ))}
    </svg>
  )
}

/** Glyph and number. The band's name is in the accessible name. */
export function RiskNumber({
  risk,
  band,
  className,
}: {
  readonly risk: number
  readonly band: Band
  readonly className?: string
}) {
  const critical = band === 'critical'
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 text-body font-semibold tabular-nums',
        critical ? 'rounded-chip bg-critical-solid px-1.5 text-critical-on forced:border' : BAND_TEXT[band],
        band === 'none' && 'font-normal',
        className,
      )}
    >
      <RiskGlyph band={band} />
      <span className="sr-only">Risk </span>
      {risk}
      <span className="sr-only">, {BAND_WORDS[band].toLowerCase()}</span>
    </span>
  )
}

export function BandChip({ band }: { readonly band: Band }) {
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 rounded-chip px-2 py-0.5 text-small font-medium forced:border',
        CHIP[band],
      )}
    >
      <RiskGlyph band={band} size={12} />
      {BAND_WORDS[band]}
    </span>
  )
}

export function LevelGlyph({ level, className }: { readonly level: Level; readonly className?: string }) {
  const band = LEVEL_BANDS[level]
  return (
    <span className={cn('inline-flex', BAND_TEXT[band], className)}>
      <RiskGlyph band={band} />
      <span className="sr-only">Level {level}: </span>
    </span>
  )
}
