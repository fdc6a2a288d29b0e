import { z } from 'zod'
import type { BacktestItem } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { From, rangeOf, To } from '../range.ts'
import { tool, type ToolCall } from '../tool.ts'
import { Untrusted } from '../untrusted.ts'

const HOURS = 24
const DAY_MS = 24 * 3_600_000
const RULES = 20

export const backtestRule = tool({
  name: 'backtest_rule',
  title: 'Backtest a rule',
  about: `What a rule would have matched among stored entries: at most ${LIMITS.mcpBacktestEntries} of them in at most ${LIMITS.mcpBacktestDays} days, the last ${HOURS} hours where no time is given. Nothing is stored.`,
  input: z.strictObject({
    text: z.string().min(1).max(LIMITS.ruleChars).optional().meta({ description: 'YAML of one rule or several.' }),
    rule_id: z
      .string()
      .min(1)
      .max(LIMITS.ruleIdChars)
      .optional()
      .meta({ description: 'Or a rule of the organization.' }),
    from: From,
    to: To,
  }),
  output: z.object({
    from: z.string(),
    to: z.string().meta({ description: 'How far it came, where it is incomplete.' }),
    incomplete: z.boolean(),
    scanned: z.number().int(),
    matches: z.number().int(),
    alerts_per_day: z.number(),
    rules: z.array(
      z.object({
        rule_id: Untrusted,
        title: Untrusted,
        level: schemas.Level,
        matches: z.number().int(),
        filtered: z.number().int(),
        senders: z.array(z.object({ name: Untrusted, matches: z.number().int() })),
        samples: z.array(
          z.object({ id: z.string(), at: z.string(), sender: Untrusted, payload: Untrusted, link: z.string() }),
        ),
      }),
    ),
    link: z.string(),
  }),
  async answer(call, { text, rule_id: id, ...asked }) {
    if ((text === undefined) === (id === undefined))
      throw new DomainError('invalid_input', { say: 'Give text or rule_id, and not both.' })
    const range = rangeOf(asked, call.nowMs, HOURS)
    if (Date.parse(range.to) - Date.parse(range.from) > LIMITS.mcpBacktestDays * DAY_MS)
      throw new DomainError('invalid_input', {
        say: `The time from from to to has to be at most ${LIMITS.mcpBacktestDays} days (limit mcpBacktestDays).`,
        limit: 'mcpBacktestDays',
        allowed: LIMITS.mcpBacktestDays,
      })
    const found = await resultOf(call, { text, id, ...range })
    return {
      data: toOutput(call, found),
      says: [
        `${found.matches} matches among ${found.scanned} entries from ${found.from} to ${found.to}.`,
        ...(found.incomplete ? ['It ended there at its limit: ask for a shorter time, or go on from there.'] : []),
      ].join(' '),
    }
  },
})

type Found = Extract<BacktestItem, { type: 'result' }>

async function resultOf(
  call: ToolCall,
  input: {
    readonly text: string | undefined
    readonly id: string | undefined
    readonly from: string
    readonly to: string
  },
): Promise<Found> {
  for await (const item of call.services.mcpServer.sampleBacktest(call, input)) if (item.type === 'result') return item
  throw new DomainError('rate_limited', { say: 'The backtest was cancelled.' })
}

function toOutput({ mark, links }: ToolCall, found: Found) {
  return {
    from: found.from,
    to: found.to,
    incomplete: found.incomplete,
    scanned: found.scanned,
    matches: found.matches,
    alerts_per_day: found.alerts_per_day,
    rules: found.rules.slice(0, RULES).map((rule) => ({
      rule_id: mark.name(rule.rule_id),
      title: mark.name(rule.title),
      level: rule.level,
      matches: rule.matches,
      filtered: rule.filtered,
      senders: rule.top.sender.map(({ value, matches }) => ({ name: mark.name(value), matches })),
      samples: rule.examples.map(({ log_id: id, at, sender, snippet }) => ({
        id,
        at,
        sender: mark.name(sender),
        payload: mark.passage(snippet, LIMITS.mcpListChars),
        link: links.entry(id),
      })),
    })),
    link: links.entries({ from: found.from, to: found.to }),
  }
}
