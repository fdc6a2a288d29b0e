import { writeFileSync } from 'node:fs'
import type { RuleDetail, RuleRow } from '@sentinelmesh/api'
import { allPages } from '../all-pages.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { withApi } from '../connect.ts'
import { printJson, printTable, visible } from '@sentinelmesh/command-line/print'
import { isTerminal, paint } from './paint.ts'
import { counted } from './print-problem.ts'

export interface OrgFlags {
  readonly org?: string
  readonly json?: boolean
}

interface ListFlags extends OrgFlags {
  readonly kind?: RuleRow['kind']
  readonly state?: RuleRow['state']
  readonly origin?: RuleRow['origin']
  readonly level?: NonNullable<RuleRow['level']>
  readonly search?: string
}

/** Lists all matching rules of the org, those with the most matches first. */
export async function list({ org, json, search, ...only }: ListFlags): Promise<void> {
  const asked = { ...only, ...(search === undefined ? {} : { q: search }) }
  const rows = await withApi(org, (trpc) => allPages((offset) => trpc.rules.list.query({ ...asked, offset })))
  if (json) return printJson(rows)
  if (rows.length === 0) return void process.stdout.write('No rules.\n')
  printTable(
    ['ID', 'KIND', 'LEVEL', 'POINTS', 'STATE', 'ORIGIN', '24 H', 'TITLE'],
    rows.map((row) => [
      visible(row.id),
      row.kind,
      `${row.effective_level ?? '-'}${row.overridden ? '*' : ''}`,
      String(row.effective_points ?? '-'),
      row.state,
      row.origin,
      String(row.matches_24h),
      visible(row.title),
    ]),
  )
  if (isTerminal()) {
    const overridden = rows.some((row) => row.overridden) ? ' * level or points of this organization.' : ''
    process.stdout.write(`${counted(rows.length, 'rule')}.${overridden}\n`)
  }
}

/** Prints a rule's status as comments, followed by its YAML, so that the output is a valid rule file. */
export async function get(id: string, { org, json }: OrgFlags): Promise<void> {
  const rule = await withApi(org, (trpc) => trpc.rules.get.query({ id }))
  if (json) return printJson(rule)
  const facts: [string, string][] = [
    ['state', rule.state + (rule.quarantine === null ? '' : `: ${rule.quarantine.reason}`)],
    ['origin', rule.origin + (rule.file === null ? '' : ` (${rule.file})`)],
    ['level', levelOf(rule)],
    ['matches', `${rule.matches_24h} within 24 h, last ${rule.last_match_at ?? 'never'}`],
    ['version', rule.hash],
    ...rule.filters.map((filter): [string, string] => ['filter', `${filter.id} ${filter.title} (${filter.state})`]),
    ...rule.correlations.map((one): [string, string] => ['in correlation', `${one.id} ${one.title}`]),
    ...rule.problems.map((problem): [string, string] => [
      problem.severity,
      `line ${problem.range.line}: ${problem.message}`,
    ]),
  ]
  const head = facts.map(([name, text]) => paint('dim', `# ${name}: ${visible(text)}`)).join('\n')
  process.stdout.write(`${head}\n${yamlText(rule.text)}`)
}

function levelOf({ level, points, effective_level, effective_points, overridden }: RuleDetail): string {
  if (effective_level === null) return 'none'
  const own = `${level ?? 'none'}, ${points ?? 0} points`
  return overridden ? `${effective_level}, ${effective_points ?? 0} points (the document says ${own})` : own
}

/** Escapes control characters for a terminal. Output to a file stays as it is. */
function yamlText(text: string): string {
  const whole = text.endsWith('\n') ? text : `${text}\n`
  return isTerminal() ? whole.split('\n').map(visible).join('\n') : whole
}

export async function setEnabled(ids: readonly string[], enabled: boolean, { org, json }: OrgFlags): Promise<void> {
  await each(ids, { org, json }, (trpc, id) => trpc.rules.setEnabled.mutate({ id, enabled }))
}

export async function release(ids: readonly string[], flags: OrgFlags): Promise<void> {
  await each(ids, flags, (trpc, id) => trpc.rules.release.mutate({ id }))
}

interface OverrideFlags extends OrgFlags {
  readonly level?: NonNullable<RuleRow['level']>
  readonly points?: number
  readonly clear?: boolean
}

export async function override(id: string, { level, points, clear, ...flags }: OverrideFlags): Promise<void> {
  const given = level !== undefined || points !== undefined
  if (given === (clear === true)) throw new CommandFailed('Give --level, --points or both; or --clear alone.', 2)
  const to = clear
    ? { level: null, points: null }
    : { ...(level === undefined ? {} : { level }), ...(points === undefined ? {} : { points }) }
  await each([id], flags, (trpc, one) => trpc.rules.override.mutate({ id: one, ...to }))
}

type Api = Parameters<Parameters<typeof withApi>[1]>[0]

/** Runs sequentially. Changes before an error are applied and reported. */
async function each(
  ids: readonly string[],
  { org, json }: { readonly org?: string | undefined; readonly json?: boolean | undefined },
  change: (trpc: Api, id: string) => Promise<RuleDetail>,
): Promise<void> {
  const changed: RuleDetail[] = []
  await withApi(org, async (trpc) => {
    for (const id of ids) changed.push(await change(trpc, id))
  }).finally(() => {
    if (json) return printJson(changed)
    for (const rule of changed)
      process.stdout.write(`${visible(rule.id)}: ${rule.state}, ${levelOf(rule)} (${visible(rule.title)})\n`)
  })
}

interface ExportFlags extends OrgFlags {
  readonly output?: string
}

/** Exports the org's own and imported documents, with its settings as comments. `rules import` can read the file. */
export async function exportRules({ org, output, json }: ExportFlags): Promise<void> {
  const { text, documents, settings } = await withApi(org, async (_trpc, { get: read }) => {
    const reply = await read('/api/v1/rules.yaml', new AbortController().signal)
    const count = (name: string) => Number(reply.headers.get(`x-sentinelmesh-${name}`))
    return { text: await reply.text(), documents: count('documents'), settings: count('settings') }
  })
  if (output === undefined)
    return json ? printJson({ documents, settings, text }) : void process.stdout.write(yamlText(text))
  try {
    writeFileSync(output, text, { flag: 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new CommandFailed(
      exists ? `${output} is there already; name another file.` : `${output} cannot be written.`,
      exists ? 1 : 2,
    )
  }
  if (json) return printJson({ documents, settings, file: output })
  process.stdout.write(`${counted(documents, 'document')} and ${counted(settings, 'setting')} written to ${output}.\n`)
}
