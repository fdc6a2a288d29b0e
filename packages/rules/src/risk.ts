/** Sigma's levels, weakest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Level = (typeof LEVELS)[number]

/** The points of a match by its rule's level, 0–100. A rule can set its own. */
export const LEVEL_POINTS: Readonly<Record<Level, number>> = {
  informational: 0,
  low: 15,
  medium: 40,
  high: 70,
  critical: 90,
}

/** The risk bands, lowest first, each with its first and last risk. */
export const BANDS = {
  none: { from: 0, to: 0 },
  low: { from: 1, to: 29 },
  medium: { from: 30, to: 59 },
  high: { from: 60, to: 79 },
  critical: { from: 80, to: 100 },
} as const
export type Band = keyof typeof BANDS

/** The family of the risk that an agent reports itself. Rules cannot use it. */
export const REPORTED_FAMILY = 'reported'

/** The band of a risk, which must be an integer from 0 to 100. */
export function bandOf(risk: number): Band {
  if (risk >= BANDS.critical.from) return 'critical'
  if (risk >= BANDS.high.from) return 'high'
  if (risk >= BANDS.medium.from) return 'medium'
  return risk >= BANDS.low.from ? 'low' : 'none'
}

/** The properties of a match that determine the risk. `Match` implements it. */
export interface RuleEvidence {
  readonly ruleId: string
  readonly title: string
  readonly level: Level
  /** 0–100. */
  readonly points: number
  readonly family: string
  readonly contributes: boolean
}

export interface Evidence {
  readonly matches: readonly RuleEvidence[]
  /** 0–100, or null if the agent reported none. */
  readonly reportedRisk: number | null
}

/** The contribution of one family to a risk. */
export interface Contribution {
  /** Null for the risk that the agent reported. */
  readonly ruleId: string | null
  readonly title: string
  readonly level: Level | null
  readonly family: string
  readonly points: number
  /** What it added when contributions are combined in descending order. The shares add up to the risk. */
  readonly share: number
}

export interface Risk {
  /** An integer, 0–100. */
  readonly risk: number
  readonly band: Band
  /** In descending order, one per family, only those with points. */
  readonly contributions: readonly Contribution[]
}

type Part = Omit<Contribution, 'share'>

/** Computes the risk of an entry. Order and repetition of matches do not matter; more evidence never lowers it. */
export function combine({ matches, reportedRisk }: Evidence): Risk {
  const parts: Part[] = []
  for (const { contributes, ruleId, title, level, family, points } of matches)
    if (contributes) parts.push({ ruleId, title, level, family, points })
  if (reportedRisk !== null)
    parts.push({
      ruleId: null,
      title: 'Reported by the agent',
      level: null,
      family: REPORTED_FAMILY,
      points: reportedRisk,
    })
  return combineParts(parts)
}

/**
 * Sorts matches for a reply that lists only some: first those that determine the risk, by descending contribution, then
 * the others that count, then those that a filter suppressed.
 */
export function weightiestFirst<Match extends RuleEvidence & { readonly filteredBy: string | null }>(
  matches: readonly Match[],
): readonly Match[] {
  const { contributions } = combine({ matches, reportedRisk: null })
  const ranks = new Map(contributions.map(({ ruleId }, rank) => [ruleId, rank]))
  const rankOf = ({ ruleId, contributes, filteredBy }: Match) => {
    if (filteredBy !== null) return matches.length + 1
    return (contributes ? ranks.get(ruleId) : undefined) ?? matches.length
  }
  return matches.toSorted((a, b) => rankOf(a) - rankOf(b))
}

/** Recomputes a risk from stored contributions. Yields exactly the risk and shares that were stored. */
export function recombine(contributions: readonly Part[]): Risk {
  return combineParts(contributions)
}

function combineParts(parts: readonly Part[]): Risk {
  const strongest = new Map<string, Part>()
  for (const part of parts) {
    const rival = strongest.get(part.family)
    if (part.points > 0 && (rival === undefined || byStrength(part, rival) < 0)) strongest.set(part.family, part)
  }
  const sorted = [...strongest.values()].sort(byStrength)

  const cap = capFor(sorted[0]?.points ?? 0)
  let left = 1
  let risk = 0
  const contributions = sorted.map(({ ruleId, title, level, family, points }) => {
    left *= 1 - points / 100
    // The small addend corrects binary rounding: 50 and 15 points are 57.5, but 57.499… in floating point. It exceeds
    // the error of a hundred contributions (2e-12), and is below the closest that six integers get to a half (1e-10).
    const next = Math.min(cap, Math.floor(100 * (1 - left) + 0.5 + 1e-11))
    const share = next - risk
    risk = next
    return { ruleId, title, level, family, points, share }
  })
  return { risk, band: bandOf(risk), contributions }
}

/** Any amount of weak evidence raises a risk by at most one band. */
function capFor(highest: number): number {
  if (highest < BANDS.medium.from) return BANDS.medium.to
  return highest < BANDS.high.from ? BANDS.high.to : BANDS.critical.to
}

/** Descending points; ties by rule id (the agent's own report last), then family and level, for a total order. */
function byStrength(a: Part, b: Part): number {
  if (a.points !== b.points) return b.points - a.points
  if (a.ruleId !== b.ruleId) {
    if (a.ruleId === null) return 1
    if (b.ruleId === null) return -1
    return a.ruleId < b.ruleId ? -1 : 1
  }
  if (a.family !== b.family) return a.family < b.family ? -1 : 1
  return (a.level === null ? -1 : LEVELS.indexOf(a.level)) - (b.level === null ? -1 : LEVELS.indexOf(b.level))
}
