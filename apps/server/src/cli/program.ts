import { Command, InvalidArgumentError, Option } from 'commander'
import { LIMITS, SCOPES } from '@sentinelmesh/api/constants'
import { VERSION } from '../version.ts'
import { backUp } from './backup.ts'
import { compact } from './compact.ts'
import { doctor } from './doctor/doctor.ts'
import { erase } from './erase.ts'
import { evaluate } from './eval/eval.ts'
import { exportEntries } from './export.ts'
import { printHeads } from './heads.ts'
import { hookCommands } from './hook/commands.ts'
import { importFile } from './import.ts'
import { createKey, listKeys, revokeKey, setKeyRate } from './key.ts'
import { mcpCommands } from './mcp/commands.ts'
import { restore } from './restore.ts'
import { acceptClock, getRetention, setRetention } from './retention.ts'
import { ruleCommands } from './rules/commands.ts'
import { createUser } from './user.ts'
import { verifyDatabase } from './verify.ts'

/**
 * Defines the command line. Each command's code is in its own file. Those that start a server load it when they run, so
 * that the others start quickly.
 */
export function program(): Command {
  const root = new Command('sentinelmesh')
    .description('A monitor for AI agents: takes in what they do, judges it against Sigma rules, and shows why.')
    .version(VERSION)
    .showHelpAfterError('(add --help for what can be given)')
    .addHelpText('afterAll', '\nExit codes: 0 done, 1 a finding or a failure, 2 wrong usage, 130 cancelled.')
    .exitOverride()
  const command = (parent: Command, name: string, description: string) =>
    parent.command(name).description(description).exitOverride()
  const org = () => new Option('--org <name>', 'organization, by slug or name; needed where there are several')

  command(root, 'serve', 'start the server; every setting is an environment variable (see the README)').action(
    async () => (await import('./serve.ts')).serve(),
  )
  command(root, 'demo', 'start a server with simulated agents, in a folder of its own')
    .option('--no-open', 'do not open a browser')
    .action(async (options: { open: boolean }) => (await import('./demo.ts')).demo(options))
  command(root, 'import', 'take in entries from NDJSON, plain or gzip')
    .argument('<file>', 'a file, or - for standard input')
    .option('--path <path>', 'where in a line the entry is: an object, or an array with one entry an element')
    .option('--id <path>', "where in a line the sender's own id is; otherwise line number and line make one")
    .addOption(org())
    .option('--json', 'print the summary as JSON')
    .action(importFile)
  command(root, 'export', 'write all entries that match, as NDJSON (which import takes) or CSV')
    .addOption(new Option('--format <format>', 'what to write').choices(['ndjson', 'csv']).default('ndjson'))
    .option('--query <query>', 'which entries, in the language of the search bar')
    .option('--from <instant>', 'from this instant on, such as 2026-04-14T00:00:00Z')
    .option('--to <instant>', 'up to, and without, this instant')
    .addOption(new Option('--order <order>', 'by time').choices(['oldest', 'newest']).default('oldest'))
    .option('--output <file>', 'a file, or - for standard output', '-')
    .option('--gzip', 'compress; a file whose name ends in .gz is compressed anyway')
    .option('--bom', 'begin CSV with the mark by which Excel knows UTF-8')
    .addOption(org())
    .option('--json', 'print a summary as JSON')
    .action(exportEntries)

  command(root, 'doctor', 'test the connection step by step, from this machine to a stored entry')
    .addHelpText(
      'after',
      '\nIt stores a harmless entry by each way in that the key may use. Without SENTINELMESH_URL it examines the data folder.',
    )
    .addOption(org())
    .option('--json', 'print the findings as JSON')
    .action(doctor)

  command(root, 'eval', 'measure rules on labeled entries: recall, false positives, and what each rule adds')
    .argument('<path...>', 'labeled NDJSON, plain or gzip: files, folders with *.jsonl and *.ndjson, or -')
    .option('--rules <path...>', 'rule files and folders to measure instead of the built-in rules')
    .addOption(
      new Option('--threshold <risk>', 'the lowest risk that counts as an alert').default(60).argParser(riskOf),
    )
    .option('--written-from <file>', 'YAML or JSON: the sources that each rule was written from, to leave out')
    .option('--save <file>', 'save the result as JSON')
    .option('--compare <file>', 'show what changed since a saved result')
    .option('--items <file>', 'write the risk of each entry and the rules that decide it, as NDJSON')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nA line is {"label": "malicious" or "benign", "entry": {"sender", "receiver", "kind" or "context", "payload"}}, with "category", "source" and "id" if you like. A session has "entries" instead of "entry".',
    )
    .action(evaluate)

  command(root, 'erase', 'remove the entries of a session, or all, for good; what arrives later stays')
    .option('--session <id>', 'the entries of this session')
    .option('--all', 'all entries of the organization')
    .option('--yes', 'do not ask')
    .addOption(org())
    .option('--json', 'print what was done as JSON')
    .action(erase)

  const retention = command(root, 'retention', 'how long entries are kept')
  command(retention, 'get', 'print how long entries are kept, and what is stored')
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(getRetention)
  command(retention, 'set', 'change it; what is not named stays as it is')
    .option('--days <days>', 'days that entries are kept; default: the setting of this installation')
    .option('--max-bytes <size>', 'most bytes of payloads, such as 20GiB; none: no bound')
    .option('--rollups-days <days>', 'days that counts are kept; default: as long as entries')
    .option('--yes', 'do not ask')
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(setRetention)
  command(
    retention,
    'accept-clock',
    'resume deleting by age when it is paused because the system clock jumped; check the clock first',
  )
    .option('--yes', 'do not ask')
    .option('--json', 'print as JSON')
    .action(acceptClock)

  hookCommands(root, command)
  ruleCommands(root, command, org)

  mcpCommands(root, command, org)

  const user = command(root, 'user', 'users')
  command(
    user,
    'create',
    'create a user, in a new organization or an existing one; reads the password from standard input or asks',
  )
    .requiredOption('--username <name>', 'name to sign in with')
    .requiredOption('--org <name>', 'organization; created if there is none of that name')
    .addOption(
      new Option('--role <role>', 'role in an existing organization')
        .choices(['owner', 'admin', 'analyst', 'viewer'])
        .default('owner'),
    )
    .option('--json', 'print as JSON')
    .action(createUser)

  const key = command(root, 'key', 'API keys')
  command(key, 'create', 'create an API key and print it, this once')
    .option('--name <name>', 'what it is for', 'command line')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(SCOPES).default(['ingest']))
    .option('--sender <name>', 'the only sender it may report as; with a trailing * the only beginning')
    .addOption(
      new Option('--rate <entries>', 'entries it may report per second; default: any number').argParser(readRate),
    )
    .option('--keep-unknown', 'log records of OpenTelemetry in no known dialect become entries, too')
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(createKey)
  command(key, 'list', 'list API keys').addOption(org()).option('--json', 'print as JSON').action(listKeys)
  command(key, 'rate', 'limit how many entries an API key may report per second')
    .argument('<id>', 'id from `key list`')
    .argument('<entries>', 'entries per second, or none for any number', (text) =>
      text === 'none' ? null : readRate(text),
    )
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(setKeyRate)
  command(key, 'revoke', 'end an API key at once')
    .argument('<id>', 'id from `key list`')
    .addOption(org())
    .option('--json', 'print as JSON')
    .action(revokeKey)

  command(root, 'backup', 'copy the database as it is at one moment, also while a server runs')
    .argument('<file>', 'what the back-up is to be')
    .option('--force', 'replace the file if it is there')
    .option('--json', 'print the summary as JSON')
    .action(backUp)
  command(root, 'restore', 'put a back-up in the place of the database, which is kept; needs the server to be stopped')
    .argument('<file>', 'a back-up')
    .option('--yes', 'do not ask')
    .option('--force', 'take it although verify finds something')
    .option('--json', 'print what was done as JSON')
    .action(restore)
  command(root, 'compact', 'write the database anew without its free space; needs the server to be stopped')
    .option('--json', 'print what was done as JSON')
    .action(compact)
  command(root, 'verify', 'look for what was changed, removed or added by others, and for damage; exit code 1 if so')
    .argument('[file]', 'a database, such as a back-up; default: the one of this installation')
    .option('--head <file>', 'published heads, which the log must still agree with')
    .option('--key <file>', 'public key to check them with; default: the one in the data folder')
    .addOption(new Option('--org <name>', 'only this organization, by slug or name'))
    .option('--json', 'print as JSON')
    .action(verifyDatabase)
  command(root, 'heads', 'print the signed heads of the logs, to be kept elsewhere')
    .addOption(new Option('--org <name>', 'only this organization, by slug or name'))
    .action(printHeads)
  return root
}

function readRate(text: string): number {
  const rate = Number(text)
  if (text.trim() !== '' && rate >= LIMITS.rateLeast && rate <= LIMITS.rateMost) return rate
  throw new InvalidArgumentError(`Give a number of entries per second from ${LIMITS.rateLeast} to ${LIMITS.rateMost}.`)
}

function riskOf(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100) return Number(text)
  throw new InvalidArgumentError('A risk threshold is a whole number from 1 to 100.')
}
