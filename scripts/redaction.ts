import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DEFAULT_REDACTION, redact, type Entry } from '../packages/rules/src/index.ts'
import { SECRET_FORMATS } from '../packages/rules/src/redact/secret-formats.ts'

/**
 * Measures masking on labeled traffic: `node --import tsx scripts/redaction.ts [DIR …] [--write]`. Each file in a
 * folder is a category. Only counts are printed. `--write` updates the table of formats in docs/redaction.md.
 */
const root = resolve(import.meta.dirname, '..')
const args = process.argv.slice(2)
const folders = args.filter((arg) => !arg.startsWith('--'))

interface Line {
  readonly label: 'malicious' | 'benign'
  readonly entry: {
    readonly sender: string
    readonly receiver?: string
    readonly context?: string
    readonly payload: string
  }
}

let benign = 0
let masked = 0
for (const folder of folders)
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl') && !file.startsWith('sessions')))
    measure(folder, name)
if (benign > 0)
  console.log(
    `benign entries with a mask: ${masked} of ${benign}, ${((10_000 * masked) / benign).toFixed(2)} per 10,000`,
  )
if (args.includes('--write')) writeTable()

function measure(folder: string, name: string): void {
  const lines = readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
  const byFormat = new Map<string, number>()
  let entries = 0
  for (const line of lines) {
    const found = redact(toEntry(line), DEFAULT_REDACTION).masked
    if (found.length > 0) entries++
    for (const { format } of found) byFormat.set(format, (byFormat.get(format) ?? 0) + 1)
    if (line.label !== 'benign') continue
    benign++
    if (found.length > 0) masked++
  }
  const formats = [...byFormat].map(([format, count]) => `${format} ${count}`).join(', ')
  console.log(`${name}: ${entries} of ${lines.length} entries have a mask${formats === '' ? '' : ` (${formats})`}`)
}

function toEntry({ entry: { sender, receiver, context, payload } }: Line): Entry {
  return {
    sender,
    receiver: receiver ?? null,
    kind: 'message',
    session: null,
    context: context ?? null,
    payload: { type: 'text', text: payload },
    attributes: null,
    logsource: {},
    reportedRisk: null,
    system: null,
  }
}

function writeTable(): void {
  const path = join(root, 'docs/redaction.md')
  const [head = '', rest = ''] = readFileSync(path, 'utf8').split('<!-- table -->\n')
  const tail = rest.slice(rest.indexOf('<!-- end of table -->'))
  const rows = SECRET_FORMATS.toSorted((a, b) => (a.title < b.title ? -1 : 1)).map(
    ({ name, title, source }) => `| ${title.replaceAll('|', String.raw`\|`)} | \`${name}\` | ${source} |`,
  )
  writeFileSync(
    path,
    `${head}<!-- table -->\n| Secret | Counted as | Source |\n| --- | --- | --- |\n${rows.join('\n')}\n${tail}`,
  )
}
