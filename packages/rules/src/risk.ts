/** Sigma's levels, weakest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type Level = (typeof LEVELS)[number]

/** Points of a match by its rule's level, 0–100; a rule may set its own. */
export const LEVEL_POINTS: Readonly<Record<Level, number>> = {
  informational: 0,
  low: 15,
  medium: 40,
  high: 70,
  critical: 90,
}

/** The bands of a risk, lowest first, with the first and the last risk of each. */
export const BANDS = {
  none: { from: 0, to: 0 },
  low: { from: 1, to: 29 },
  medium: { from: 30, to: 59 },
  high: { from: 60, to: 79 },
  critical: { from: 80, to: 100 },
} as const
export type Band = keyof typeof BANDS

/** The family of what an agent says about itself. No rule may take it. */
export const REPORTED_FAMILY = 'reported'

/** Takes a whole number of 0–100. */
export function bandOf(risk: number): Band {
  if (risk >= BANDS.critical.from) return 'critical'
  if (risk >= BANDS.high.from) return 'high'
  if (risk >= BANDS.medium.from) return 'medium'
  return risk >= BANDS.low.from ? 'low' : 'none'
}

/** What of a match counts for a risk. A `Match` is one. */
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
  /** 0–100, or null where the agent claimed nothing. */
  readonly reportedRisk: number | null
}

/** What one family added to a risk. */
export interface Contribution {
  /** Null for the agent's own claim. */
  readonly ruleId: string | null
  readonly title: string
  readonly level: Level | null
  readonly family: string
  readonly points: number
  /** What it added when contributions are combined from the largest to the smallest. The shares add up to the risk. */
  readonly share: number
}

export interface Risk {
  /** A whole number, 0–100. */
  readonly risk: number
  readonly band: Band
  /** Largest first; only what has points, one a family. */
  readonly contributions: readonly Contribution[]
}

type Part = Omit<Contribution, 'share'>

/** The risk of an entry. Neither the order of the matches nor repeating one changes it; more evidence never lowers it. */
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
 * For an entry with more matches than a reply lists: those that make its risk come first, largest contribution first, then
 * the others that count, then those that a filter held back.
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

/** The same from contributions that were stored: gives back exactly the risk and the shares that were stored with them. */
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
    // The tiny addend undoes binary fractions: 50 and 15 points are 57.5, which floats make 57.499… It is above what
    // a hundred of them can be wrong by (2e-12), and below what six whole numbers can come to a half (1e-10).
    const next = Math.min(cap, Math.floor(100 * (1 - left) + 0.5 + 1e-11))
    const share = next - risk
    risk = next
    return { ruleId, title, level, family, points, share }
  })
  return { risk, band: bandOf(risk), contributions }
}

/** However much weak evidence there is, it lifts a risk by one band at most. */
function capFor(largest: number): number {
  if (largest < BANDS.medium.from) return BANDS.medium.to
  return largest < BANDS.high.from ? BANDS.high.to : BANDS.critical.to
}

/** Largest first; ties by rule id, the agent's own claim after them; then by family and level, so that the order is total. */
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
