/** The measurements of one side of a comparison, one per round, in order. */
export interface Series {
  readonly values: readonly number[]
  readonly median: number
  readonly min: number
  readonly max: number
}

export function seriesOf(values: readonly number[]): Series {
  const sorted = values.toSorted((a, b) => a - b)
  return { values, median: quantile(sorted, 0.5), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}

/** Requires values in ascending order. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/**
 * Measures the sides alternately (A B A B …), so that other load on the machine affects all of them equally. Each
 * side returns its figures by name.
 */
export async function interleaved<Figure extends string>(
  rounds: number,
  sides: readonly (() => Promise<Readonly<Record<Figure, number>>>)[],
): Promise<readonly (readonly Readonly<Record<Figure, number>>[])[]> {
  const measured: Readonly<Record<Figure, number>>[][] = sides.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [index, side] of sides.entries()) measured[index]?.push(await side())
  return measured
}

/** The ratio of two medians, with the lowest and highest ratio of a single round. */
export interface Ratio {
  readonly ratio: number
  readonly min: number
  readonly max: number
}

export function ratioOf(one: Series, reference: Series): Ratio {
  const { min, max } = seriesOf(one.values.map((value, round) => value / (reference.values[round] ?? Number.NaN)))
  return { ratio: one.median / reference.median, min, max }
}

/**
 * Returns the exponent k of cost ~ size^k, computed by least squares on logarithms. 0 is constant, 1 is linear, and
 * more is superlinear.
 */
export function slopeOf(points: readonly { readonly size: number; readonly cost: number }[]): number {
  const xs = points.map(({ size }) => Math.log(size))
  const ys = points.map(({ cost }) => Math.log(cost))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x0, y0] = [mean(xs), mean(ys)]
  const numerator = xs.reduce((sum, x, index) => sum + (x - x0) * ((ys[index] ?? 0) - y0), 0)
  return numerator / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0)
}

export const inRatio = ({ ratio, min, max }: Ratio) => `${ratio.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`
export const inRate = (value: number, unit: string) => `${Math.round(value).toLocaleString('en')} ${unit}/s`
export const inMs = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
export const inMiB = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`
