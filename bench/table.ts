/** Formats the table of results and inserts it into docs/benchmarks.md. */
import { availableParallelism } from 'node:os'
import type { Row } from './benchmark.ts'

const COLUMNS = ['Benchmark', 'Work', 'Measured', 'Reference', 'Result', 'Target', 'Met']
const MARKERS = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' }

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const holdsText = ({ holds }: Row) => (holds === null ? '' : holds ? 'yes' : '**no**')
const lineOf = (row: Row) =>
  line([row.benchmark, row.work, row.measured, row.reference, row.result, row.aim, holdsText(row)])

export function tableOf(rows: readonly Row[]): string {
  return withHead(rows.map(lineOf))
}

const withHead = (lines: readonly string[]) => [line(COLUMNS), line(COLUMNS.map(() => '---')), ...lines].join('\n')

/**
 * Returns the page with these rows in place of the earlier rows of the same benchmarks. Other benchmarks keep their
 * rows. The list above the table states when and where each benchmark was measured. Benchmarks appear in the order of
 * `names`, and one that is not in `names` is dropped. Returns null if the page does not contain the markers.
 */
export function pageWith(
  page: string,
  rows: readonly Row[],
  names: readonly string[],
  measured: string,
): string | null {
  const begin = page.indexOf(MARKERS.begin)
  const end = page.indexOf(MARKERS.end)
  if (begin < 0 || end < begin) return null
  const before = page.slice(begin + MARKERS.begin.length, end).split('\n')
  const isNew = (name: string) => rows.some(({ benchmark }) => benchmark === name)
  const lines = names.flatMap((name) =>
    isNew(name)
      ? rows.filter(({ benchmark }) => benchmark === name).map(lineOf)
      : before.filter((text) => text.startsWith(`| ${name} |`)),
  )
  const measuredOf = names.flatMap((name) => {
    const known = before.find((text) => text.startsWith(`- ${name}: `))
    return isNew(name) ? [`- ${name}: ${measured}`] : known === undefined ? [] : [known]
  })
  const table = [...measuredOf, '', withHead(lines)].join('\n')
  return `${page.slice(0, begin + MARKERS.begin.length)}\n${table}\n${page.slice(end)}`
}

/** Describes when and where the command was run. */
export function circumstances(command: string): string {
  return `\`${command}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores`
}
