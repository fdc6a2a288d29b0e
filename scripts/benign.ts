/**
 * `node --import tsx scripts/benign.ts OUT_FOLDER [--only FAMILY] [--install-mcp FOLDER]`: builds a large set of benign
 * entries from what is on this machine, to measure the false alarms of detection rules. Each family of entries goes
 * into its own file, OUT_FOLDER/FAMILY.jsonl. The entries quote other people's files, so they are never committed.
 * `--install-mcp` instead installs public MCP servers into FOLDER. If FOLDER is OUT_FOLDER/../mcp-packages, the family
 * `npm-mcp` starts them and asks for their tools.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CODE } from './benign/code.ts'
import { COMMANDS } from './benign/commands.ts'
import { COMPLETIONS } from './benign/completions.ts'
import { DEBIAN } from './benign/debian.ts'
import { samplesOf, type Family, type Place } from './benign/family.ts'
import { NPM } from './benign/npm.ts'
import { OUTPUTS } from './benign/outputs.ts'
import { PROMPTS } from './benign/prompts.ts'
import { REPOSITORY } from './benign/repository.ts'
import { installMcp, TOOLS } from './benign/tools.ts'

const FAMILIES: readonly Family[] = [
  ...PROMPTS,
  ...COMPLETIONS,
  ...NPM,
  ...DEBIAN,
  ...OUTPUTS,
  ...REPOSITORY,
  ...CODE,
  ...COMMANDS,
  ...TOOLS,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, 'install-mcp': { type: 'string' } },
})
const [out] = positionals
const { only, 'install-mcp': mcpFolder } = values
if (mcpFolder !== undefined) installMcp(resolve(mcpFolder))
else if (out === undefined) fail('Name the folder to write to.')
else await build(resolve(out), chosen(only))

function chosen(name: string | undefined): readonly Family[] {
  const some = FAMILIES.filter((family) => name === undefined || family.name === name)
  if (some.length === 0) fail(`Unknown family. Choose from ${FAMILIES.map(({ name }) => name).join(', ')}.`)
  return some
}

async function build(folder: string, families: readonly Family[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const place: Place = { root: resolve(import.meta.dirname, '..'), mcpPackages: resolve(folder, '../mcp-packages') }
  let total = 0
  for (const family of families) total += await write(folder, family, place)
  console.error(`${total} entries`)
}

/** Writes a family's file and returns the number of its entries. */
async function write(folder: string, family: Family, place: Place): Promise<number> {
  const path = join(folder, `${family.name}.jsonl`)
  // A family that is skipped must not leave the entries of an earlier run behind.
  rmSync(path, { force: true })
  try {
    const samples = await samplesOf(family, place)
    if (samples.length === 0) throw new Error('nothing was found')
    writeFileSync(path, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''))
    console.error(`${family.name}: ${samples.length}`)
    return samples.length
  } catch (error) {
    console.error(`${family.name}: skipped: ${error instanceof Error ? error.message : String(error)}`)
    return 0
  }
}

function fail(why: string): never {
  console.error(why)
  process.exit(2)
}
