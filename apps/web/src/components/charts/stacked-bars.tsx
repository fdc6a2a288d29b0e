import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { exact } from '../../figures.ts'
import { usePreferences } from '../../preferences.ts'
import { useShownTheme } from '../../theme.ts'
import { DAY, dayOf, hourMinute, span, startOfDay } from '../../time.ts'
import type { Bucket, StackBand } from './bands.ts'
import { BAND_TEXT, BAND_WORDS, RiskGlyph } from '../entry/risk.tsx'

interface StackedBarsProps {
  readonly label: string
  readonly buckets: readonly Bucket[]
  readonly stepMs: number
  readonly from: number
  readonly to: number
  /** Bottom to top. */
  readonly bands: readonly StackBand[]
  readonly height: number
  /** Maximum number of grid lines. */
  readonly lines?: number
  /** If given, the user can select a range with the pointer. */
  readonly onBrush?: (from: number, to: number) => void
  /** Bars outside this range are dimmed. */
  readonly selected?: { readonly from: number; readonly to: number } | null
  /** Labels the right end “now”. */
  readonly endsNow?: boolean
}

interface Colors {
  readonly bands: Record<StackBand, string>
  readonly grid: string
  readonly axis: string
  readonly on: string
  readonly selection: string
}

const FONT = '500 11px "Inter Variable", sans-serif'
/** Keeps one critical entry among a thousand others visible. */
const CRITICAL_MIN_PX = 4
const GAP_PX = 1
/** Space at the right end for half a label or an octagon. */
const EDGE_PX = 18

/** One bar per bucket, with one segment per band, drawn on a canvas because a hundred bars are too many SVG nodes. */
export function StackedBars(props: StackedBarsProps) {
  // A canvas does not restyle itself, so a change of colors, time zone, or height creates a new one.
  const key = `${useShownTheme()} ${usePreferences().zone} ${props.height} ${props.onBrush === undefined}`
  return <Plot key={key} {...props} />
}

function Plot(props: StackedBarsProps) {
  const { label, buckets, stepMs, from, to, bands, height, selected } = props
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const latest = useRef(props)
  const [hovered, setHovered] = useState<Hover | null>(null)

  useLayoutEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = holder.current
    if (element === null) return
    const colors = readColors(element)
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [14, EDGE_PX, 0, 0],
        legend: { show: false },
        cursor: {
          x: false,
          y: false,
          points: { show: false },
          drag: { x: latest.current.onBrush !== undefined, y: false, setScale: false },
        },
        scales: {
          x: { time: false, range: () => [latest.current.from, latest.current.to] },
          y: { range: (_plot, _min, max) => [0, Math.max(max, 1)] },
        },
        axes: [
          {
            stroke: colors.axis,
            font: FONT,
            size: 22,
            gap: 4,
            grid: { show: false },
            ticks: { show: false },
            space: 90,
            incrs: TIME_STEPS,
            splits: (_plot, _axis, min, max, increment) => timeSplits(min, max, increment),
            values: (self, splits) =>
              timeLabels(
                splits,
                self.axes[0]?.scale === undefined ? 0 : latest.current.to,
                latest.current.endsNow === true,
              ),
          },
          {
            stroke: colors.axis,
            font: FONT,
            size: 36,
            gap: 6,
            grid: { stroke: colors.grid, width: 1 },
            ticks: { show: false },
            space: Math.max(20, height / ((latest.current.lines ?? 3) + 1)),
            incrs: COUNT_STEPS,
            values: (_plot, splits) => splits.map(axisCount),
          },
        ],
        series: [{}, { paths: () => null, points: { show: false } }],
        hooks: {
          draw: [(self) => drawBars(self, latest.current, colors)],
          setCursor: [(self) => setHovered(hoverOf(self, latest.current))],
          setSelect: [
            (self) => {
              const drawn = drawnRange(self, latest.current.stepMs)
              if (drawn === undefined) return
              self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
              setHovered(null)
              latest.current.onBrush?.(drawn.from, drawn.to)
            },
          ],
        },
      },
      columns(latest.current.buckets, latest.current.bands),
      element,
    )
    plot.current = chart
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    // A canvas does not wait for fonts, so redraw when they are loaded.
    let alive = true
    void redrawWithFonts(() => alive && chart.redraw())
    return () => {
      alive = false
      observer.disconnect()
      chart.destroy()
      plot.current = null
    }
  }, [height])

  const drawn = useMemo(
    () => ({ data: columns(buckets, bands), from, to, selected }),
    [buckets, bands, from, to, selected],
  )
  useEffect(() => {
    plot.current?.setData(drawn.data)
  }, [drawn])

  return (
    <div className="relative">
      <div ref={holder} role="img" aria-label={label} style={{ height }} className="overflow-hidden" />
      {hovered !== null && <Tooltip hover={hovered} bands={bands} stepMs={stepMs} />}
    </div>
  )
}

async function redrawWithFonts(redraw: () => unknown): Promise<void> {
  await document.fonts.ready
  redraw()
}

/** The bar under the pointer, or the range that is being selected. */
interface Hover {
  readonly at: Bucket | { readonly from: number; readonly to: number }
  /** CSS pixels from the left edge of the chart, and the width of the chart. */
  readonly left: number
  readonly width: number
}

function hoverOf(self: uPlot, { buckets, stepMs }: StackedBarsProps): Hover | null {
  const { left } = self.cursor
  if (left === undefined || left < 0) return null
  const place = { left: left + self.bbox.left / devicePixelRatio, width: self.width }
  const drawn = drawnRange(self, stepMs)
  if (drawn !== undefined) return { ...place, at: drawn }
  const at = self.posToVal(left, 'x')
  const bucket = buckets.find((each) => at >= Date.parse(each.at) && at < Date.parse(each.at) + stepMs)
  return bucket === undefined ? null : { ...place, at: bucket }
}

/** A shorter movement counts as a click, not as a selection. */
const MIN_SELECTION_PX = 3

/** The selection, rounded out to whole buckets; undefined if there is none. */
function drawnRange(self: uPlot, stepMs: number): { readonly from: number; readonly to: number } | undefined {
  const { left, width } = self.select
  if (width < MIN_SELECTION_PX) return undefined
  return {
    from: Math.floor(self.posToVal(left, 'x') / stepMs) * stepMs,
    to: Math.ceil(self.posToVal(left + width, 'x') / stepMs) * stepMs,
  }
}

interface TooltipProps {
  readonly hover: Hover
  readonly bands: readonly StackBand[]
  readonly stepMs: number
}

function Tooltip({ hover: { at, left, width }, bands, stepMs }: TooltipProps) {
  const begin = 'from' in at ? at.from : Date.parse(at.at)
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-0 z-20 w-max min-w-40 rounded-control border border-line bg-raised px-2.5 py-1.5 text-small shadow-float"
      style={{ left: left > width / 2 ? left - 170 : left + 10 }}
    >
      <p className="font-mono text-micro text-ink-2">{span(begin, 'from' in at ? at.to : begin + stepMs)}</p>
      {'from' in at ||
        bands.toReversed().map((band) => (
          <p key={band} className="flex items-center gap-1.5">
            <span className={BAND_TEXT[band]}>
              <RiskGlyph band={band} size={11} />
            </span>
            {BAND_WORDS[band]}
            <span className="ml-auto tabular-nums">{exact(at[band])}</span>
          </p>
        ))}
    </div>
  )
}

function readColors(element: HTMLElement): Colors {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(name).trim()
  return {
    bands: {
      none: color('--risk-none'),
      low: color('--risk-low'),
      medium: color('--risk-medium'),
      high: color('--risk-high'),
      critical: color('--risk-critical'),
    },
    grid: color('--border'),
    axis: color('--text-3'),
    on: color('--bg-surface'),
    selection: color('--accent'),
  }
}

function columns(buckets: readonly Bucket[], bands: readonly StackBand[]): uPlot.AlignedData {
  return [
    Float64Array.from(buckets, ({ at }) => Date.parse(at)),
    Float64Array.from(buckets, (bucket) => bands.reduce((sum, band) => sum + bucket[band], 0)),
  ]
}

function drawBars(self: uPlot, props: StackedBarsProps, colors: Colors): void {
  const { buckets, stepMs, bands, selected } = props
  const { ctx } = self
  const ratio = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(self.bbox.left, 0, self.bbox.width + EDGE_PX * ratio, self.bbox.top + self.bbox.height)
  ctx.clip()
  let lastOctagon = -Infinity
  for (const bucket of buckets) {
    const at = Date.parse(bucket.at)
    const left = Math.round(self.valToPos(at, 'x', true))
    const right = Math.round(self.valToPos(at + stepMs, 'x', true))
    const width = Math.max(1, right - left - Math.max(1, Math.round(ratio)))
    ctx.globalAlpha =
      selected === undefined || selected === null || (at >= selected.from && at < selected.to) ? 1 : 0.45
    let sum = 0
    let top = self.valToPos(0, 'y', true)
    for (const band of bands) {
      const value = bucket[band]
      if (value === 0) continue
      sum += value
      const least = band === 'critical' ? CRITICAL_MIN_PX * ratio : 1
      const next = Math.min(Math.round(self.valToPos(sum, 'y', true)), top - least)
      ctx.fillStyle = colors.bands[band]
      const gap = top - next > 2 * ratio ? GAP_PX * ratio : 0
      ctx.fillRect(left, next, width, top - next - gap)
      top = next
    }
    const middle = left + width / 2
    if (bucket.critical > 0 && bands.includes('critical') && middle - lastOctagon > 13 * ratio && self.height > 120) {
      drawOctagon(ctx, middle, top - 9 * ratio, 5.5 * ratio, colors)
      lastOctagon = middle
    }
  }
  ctx.globalAlpha = 1
  if (selected !== undefined && selected !== null) drawSelection(self, selected, colors)
  ctx.restore()
}

function drawOctagon(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, colors: Colors): void {
  ctx.fillStyle = colors.bands.critical
  ctx.beginPath()
  for (let corner = 0; corner < 8; corner++) {
    const angle = Math.PI / 8 + (corner * Math.PI) / 4
    ctx.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  ctx.fill()
  ctx.fillStyle = colors.on
  const unit = radius / 5.5
  ctx.fillRect(x - 0.7 * unit, y - 3 * unit, 1.4 * unit, 3.6 * unit)
  ctx.fillRect(x - 0.7 * unit, y + 1.6 * unit, 1.4 * unit, 1.4 * unit)
}

function drawSelection(
  self: uPlot,
  { from, to }: { readonly from: number; readonly to: number },
  colors: Colors,
): void {
  const { ctx } = self
  ctx.strokeStyle = colors.selection
  ctx.lineWidth = devicePixelRatio * 1.5
  for (const at of [from, to]) {
    const x = Math.round(self.valToPos(at, 'x', true))
    ctx.beginPath()
    ctx.moveTo(x, self.bbox.top)
    ctx.lineTo(x, self.bbox.top + self.bbox.height)
    ctx.stroke()
  }
}

const COUNT_STEPS = [
  1, 2, 4, 5, 10, 20, 40, 50, 100, 200, 400, 500, 1e3, 2e3, 4e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7,
  1e8,
]
const S = 1_000
const M = 60 * S
const H = 60 * M
const TIME_STEPS = [
  S,
  5 * S,
  10 * S,
  30 * S,
  M,
  2 * M,
  3 * M,
  5 * M,
  10 * M,
  12 * M,
  15 * M,
  30 * M,
  H,
  2 * H,
  3 * H,
  4 * H,
  6 * H,
  12 * H,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
]

/** Aligns the steps to midnight in the chosen time zone, not in UTC. */
function timeSplits(min: number, max: number, increment: number): number[] {
  const origin = startOfDay(min)
  const splits: number[] = []
  for (let at = origin + Math.ceil((min - origin) / increment) * increment; at <= max; at += increment) splits.push(at)
  return splits
}

function timeLabels(splits: number[], to: number, endsNow: boolean): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0)
  return splits.map((at, index) => {
    if (endsNow && index === splits.length - 1 && to - at < step / 4) return 'now'
    if (step >= DAY || (startOfDay(at) === at && step >= 6 * H)) return dayOf(at)
    return step < M ? span(at, at).slice(0, 8) : hourMinute(at)
  })
}

/** `1K`, `20K`, `2M`: axis labels are short, and their steps are round. */
function axisCount(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`
  return value >= 1e3 ? `${value / 1e3}K` : String(value)
}
