import { z } from 'zod'
import { schemas } from '@sentinelmesh/api/server'
import { EntryRow, toEntryRow } from '../entry-row.ts'
import { tool } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

export const getStats = tool({
  name: 'get_stats',
  title: 'Get statistics',
  about:
    'Figures of a range that ends now: entries by band of risk, the riskiest senders, the rules that matched most, and the latest entries of high risk.',
  input: z.strictObject({ range: schemas.Range.default('24h') }),
  output: z.object({
    from: z.string(),
    to: z.string(),
    entries: z.number().int(),
    entries_before: z.number().int().nullable().meta({ description: 'In the range of equal length before.' }),
    at_risk: z.number().int(),
    bands: schemas.BandCounts,
    per_second: z.number(),
    senders: z.number().int(),
    silent_senders: z.number().int().meta({ description: 'Seen in the range, and not in the last hour.' }),
    riskiest: z.array(
      z.object({ name: Untrusted, risk_max: z.number().int(), entries: z.number().int(), last_seen: z.string() }),
    ),
    rules: z.array(z.object({ rule_id: Untrusted, title: Untrusted, level: schemas.Level, entries: z.number().int() })),
    latest: z.array(EntryRow),
    link: z.string(),
  }),
  async answer(call, { range }) {
    const { services, mark, links } = call
    const found = await services.stats.overview(call, { range })
    return {
      data: {
        from: found.from,
        to: found.to,
        entries: found.entries,
        entries_before: found.entriesBefore,
        at_risk: found.atRisk,
        bands: found.bands,
        per_second: found.perSecond,
        senders: found.senders,
        silent_senders: found.silent,
        riskiest: found.riskiest.map(({ sender, riskMax, entries, lastSeen }) => ({
          name: mark.name(sender),
          risk_max: riskMax,
          entries,
          last_seen: lastSeen,
        })),
        rules: found.rules.map(({ ruleId, title, level, entries }) => ({
          rule_id: mark.name(ruleId),
          title: mark.name(title),
          level,
          entries,
        })),
        latest: found.latest.map((row) => toEntryRow(call, row)),
        link: links.overview,
      },
      says: `${found.entries} entries of ${found.senders} senders in the last ${range}, ${found.atRisk} of them at risk.`,
    }
  },
})
