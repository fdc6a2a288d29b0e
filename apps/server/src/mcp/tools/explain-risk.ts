import { z } from 'zod'
import type { EntryDetail } from '@sentinelmesh/api'
import { schemas } from '@sentinelmesh/api/server'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const HOW =
  'Of rules of one family only the largest points count. What is left is independent evidence and combines as 100 × (1 − Π(1 − points/100)); weaker evidence lifts a risk by one band at most. The shares add up to the risk.'

export const explainRisk = tool({
  name: 'explain_risk',
  title: 'Explain a risk',
  about: 'Why an entry has its risk: each contribution in words, and what was held back.',
  input: z.strictObject({ id: z.string().max(64).meta({ description: 'id of an entry.' }) }),
  output: z.object({
    id: z.string(),
    risk: z.number().int(),
    band: schemas.Band,
    contributions: z.array(
      z.object({
        rule_id: Untrusted.nullable().meta({ description: "null: the agent's own claim." }),
        title: Untrusted,
        family: Untrusted,
        level: schemas.Level.nullable(),
        points: z.number(),
        share: z.number(),
        in_words: z.string(),
      }),
    ),
    not_counted: z.array(z.object({ rule_id: Untrusted, title: Untrusted, in_words: z.string() })),
    how: z.string(),
    link: z.string(),
  }),
  async answer(call, { id }) {
    const { services, mark, links } = call
    const entry = await services.logs.get(call, { id })
    const { risk, band, contributions } = entry
    return {
      data: {
        id: entry.id,
        risk,
        band,
        contributions: contributions.map((one) => ({
          rule_id: mark.orNull(one.rule_id),
          title: mark.name(one.title),
          family: mark.name(one.family),
          level: one.level,
          points: one.points,
          share: one.share,
          in_words: inWords(one, risk),
        })),
        not_counted: notCounted(entry).map(({ rule_id: rule, title, why }) => ({
          rule_id: mark.name(rule),
          title: mark.name(title),
          in_words: why,
        })),
        how: HOW,
        link: links.entry(entry.id),
      },
      says:
        contributions.length === 0
          ? `Risk ${risk} (${band}): nothing contributes to it.`
          : [`Risk ${risk} (${band}).`, ...contributions.map((one) => inWords(one, risk))].join(' '),
    }
  },
})

function inWords({ rule_id: rule, level, points, share }: EntryDetail['contributions'][number], risk: number): string {
  const who = rule === null ? 'The agent itself claims' : `A rule of level ${level ?? 'informational'} gives`
  return `${who} ${points} points, which add ${share} of the ${risk}.`
}

function notCounted({ matches, contributions }: EntryDetail) {
  const counted = new Set(contributions.map(({ rule_id: id }) => id))
  return matches.flatMap((match) => {
    if (match.filtered_by !== null) return [{ ...match, why: 'A filter held it back.' }]
    if (!match.contributes) return [{ ...match, why: 'It only feeds correlations.' }]
    return counted.has(match.rule_id) ? [] : [{ ...match, why: 'Another rule of its family counts, with more points.' }]
  })
}
