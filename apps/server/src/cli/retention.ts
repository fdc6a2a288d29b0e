import type { Retention } from '@sentinelmesh/api'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { confirm } from './confirm.ts'
import { withApi } from './connect.ts'
import { printJson } from '@sentinelmesh/command-line/print'

interface Options {
  readonly org?: string
  readonly json?: boolean
}

interface SetOptions extends Options {
  readonly days?: string
  readonly maxBytes?: string
  readonly rollupsDays?: string
  readonly yes?: boolean
}

export async function getRetention({ org, json }: Options): Promise<void> {
  print(await withApi(org, (trpc) => trpc.settings.retention.get.query()), json)
}

/** Shows what the new settings would delete and asks for confirmation before it applies them. */
export async function setRetention({ org, json, yes, days, maxBytes, rollupsDays }: SetOptions): Promise<void> {
  if (days === undefined && maxBytes === undefined && rollupsDays === undefined)
    throw new CommandFailed('Name what to change: --days, --max-bytes or --rollups-days.', 2)
  const given = {
    ...(days === undefined ? {} : { days: daysOf('--days', days) }),
    ...(maxBytes === undefined ? {} : { max_bytes: bytesOf(maxBytes) }),
    ...(rollupsDays === undefined ? {} : { rollups_days: daysOf('--rollups-days', rollupsDays) }),
  }
  const retention = await withApi(org, async (trpc) => {
    const now = await trpc.settings.retention.get.query()
    const { days: keptDays, max_bytes: keptBytes, rollups_days: keptRollups } = now
    const next = { days: keptDays, max_bytes: keptBytes, rollups_days: keptRollups, ...given }
    const { entries, estimated } = await trpc.settings.retention.preview.query(next)
    if (entries > 0 && !yes) await confirm(`This removes ${estimated ? 'about ' : ''}${entries} entries for good.`)
    return trpc.settings.retention.update.mutate(next)
  })
  print(retention, json)
}

/** Needs access to the data folder, because the clock is shared by all organizations. */
export async function acceptClock({ json, yes }: Pick<SetOptions, 'json' | 'yes'>): Promise<void> {
  if (!yes)
    await confirm(
      `The system clock shows ${new Date().toISOString()}. If that is wrong, entries that are not old will be deleted.`,
    )
  const { from, to } = await withApi(undefined, (trpc) => trpc.settings.retention.acceptClock.mutate())
  if (json) printJson({ from, to })
  else process.stdout.write(`Retention counted from ${from} and counts from ${to} now.\n`)
}

function daysOf(option: string, text: string): number | null {
  if (text === 'default') return null
  if (!/^\d{1,6}$/.test(text)) throw new CommandFailed(`${option} takes a number of days, or default.`, 2)
  return Number(text)
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

function bytesOf(text: string): number | null {
  if (text === 'none') return null
  const [, number, unit] = /^(\d{1,15}(?:\.\d+)?) ?(?:([kmgt])i?b?|b)?$/i.exec(text) ?? []
  if (number === undefined) throw new CommandFailed('--max-bytes takes a size such as 20GiB, or none.', 2)
  return Math.round(Number(number) * (UNITS[unit?.toLowerCase() ?? ''] ?? 1))
}

function print(retention: Retention, json: boolean | undefined): void {
  if (json) return printJson(retention)
  const { days, rollups_days: rollupsDays, in_force: inForce, stored } = retention
  const size = inForce.max_bytes === null ? 'no bound' : `${mebibytes(inForce.max_bytes)} of payloads`
  const lines = [
    `Entries   ${inForce.days} days${days === null ? ' (of this installation)' : ''}`,
    `Size      ${size}`,
    `Counts    ${inForce.rollups_days} days${rollupsDays === null ? ' (as entries)' : ''}`,
    `Stored    ${stored.entries} entries, ${mebibytes(stored.bytes)} of payloads, the oldest from ${stored.oldest ?? 'never'}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
