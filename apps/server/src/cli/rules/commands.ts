import { InvalidArgumentError, Option, type Command } from 'commander'
import { LEVELS } from '@sentinelmesh/api/constants'
import { backtest } from './backtest.ts'
import { importRules } from './import-rules.ts'
import { lint } from './lint.ts'
import { exportRules, get, list, override, release, setEnabled } from './manage.ts'
import { run } from './run.ts'
import { test } from './test.ts'

const KINDS = ['rule', 'correlation', 'filter'] as const
const STATES = ['on', 'off', 'quarantined', 'loaded_not_run', 'awaiting', 'refused'] as const
const ORIGINS = ['builtin', 'own', 'import'] as const

/** `sentinelmesh rules …`. Files are read on this machine. An org's rules come from the API. */
export function ruleCommands(
  root: Command,
  command: (parent: Command, name: string, description: string) => Command,
  org: () => Option,
): void {
  const rules = command(root, 'rules', 'rules: check, try and test files of them; and those of an organization')
  const json = (of: Command, what: string) => of.option('--json', what)
  const reading = (of: Command) =>
    of
      .option('--placeholders <file>', 'YAML or JSON: values for the placeholders of `expand`')
      .option('--pipeline <file>', 'YAML: names of fields and log sources that the rules were not written for')

  json(
    reading(command(rules, 'lint', 'every problem of these rule files, with its place and how to mend it'))
      .argument('<path...>', 'files, and folders with all below them')
      .option('--strict', 'exit with 1 on warnings too')
      .option('--agents', 'the rules are for agents: warn of fields that agents do not report'),
    'print as JSON',
  ).action(lint)
  json(
    reading(command(rules, 'test', 'run the events beside each rule (<name>.cases.yml)')).argument(
      '<path...>',
      'files, and folders with all below them',
    ),
    'print as JSON, with all that no event made hold',
  ).action(test)
  json(
    reading(
      command(
        rules,
        'run',
        'try rules and correlations on events: NDJSON or JSON arrays, plain or gzip; one JSON line a match',
      ),
    )
      .argument('<path...>', 'rule files, and folders with all below them')
      .option('--events <file>', 'a file, or - for standard input', '-')
      .option('--explain', 'say of each match which parts of the rule held, and where')
      .option('--misses', 'explain too why each rule that did not match an event did not: for a few rules and events')
      .option('--time <field>', 'the field with the time of an event, for correlations')
      .option('--logsource <source>', 'product=…,category=…,service=…: leave out rules for others')
      .option(
        '--logsource-field <field>',
        'the field of an event with its product, category and service, or product=FIELD,…',
      )
      .option('--text', 'readable text in a pipe too'),
    'JSON lines on a terminal too',
  ).action(run)

  json(
    command(
      rules,
      'import',
      "take a tree of Sigma rules, or the original's rules.yaml, into an organization's rule set",
    )
      .argument('<path>', 'a file, or a folder with all below it')
      .option('--dry-run', 'only say what would be done')
      .option('--replace', 'take the place of own and imported rules with the same id')
      .addOption(org()),
    'print the report as JSON',
  ).action(importRules)
  json(
    command(rules, 'backtest', 'what rules would have matched among stored entries, against the rules as they are')
      .argument('[path...]', 'rule files, and folders with all below them')
      .option('--rule <id>', 'a rule of the organization instead of files')
      .option('--from <time>', 'an instant, or how long ago: 12h, 7d', '7d')
      .option('--to <time>', 'an instant, or how long ago', 'now')
      .addOption(org()),
    'print the result as JSON',
  ).action(backtest)
  json(
    command(rules, 'list', "an organization's rules")
      .addOption(new Option('--kind <kind>', 'only these').choices(KINDS))
      .addOption(new Option('--state <state>', 'only these').choices(STATES))
      .addOption(new Option('--origin <origin>', 'only these').choices(ORIGINS))
      .addOption(new Option('--level <level>', 'only these').choices(LEVELS))
      .option('--search <text>', 'in the title, the id or a tag')
      .addOption(org()),
    'print as JSON',
  ).action(list)
  json(
    command(rules, 'get', 'one rule: its state, then its YAML')
      .argument('<id>', 'id from `rules list`')
      .addOption(org()),
    'print as JSON',
  ).action(get)
  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    json(
      command(rules, name, `${name} rules`).argument('<id...>', 'ids from `rules list`').addOption(org()),
      'print as JSON',
    ).action((ids: string[], flags) => setEnabled(ids, enabled, flags))
  json(
    command(rules, 'override', 'give a rule another level or other points in this organization')
      .argument('<id>', 'id from `rules list`')
      .addOption(new Option('--level <level>', 'level').choices(LEVELS))
      .addOption(new Option('--points <number>', '0 to 100').argParser(pointsOf))
      .option('--clear', 'back to what the document says')
      .addOption(org()),
    'print as JSON',
  ).action(override)
  json(
    command(rules, 'release', 'end the quarantine of rules that cost too much')
      .argument('<id...>', 'ids from `rules list`')
      .addOption(org()),
    'print as JSON',
  ).action(release)
  json(
    command(rules, 'export', "an organization's own rules, filters and settings as YAML, for import")
      .option('--output <file>', 'a new file; otherwise standard output')
      .addOption(org()),
    'print as JSON',
  ).action(exportRules)
}

function pointsOf(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100)
    throw new InvalidArgumentError('Points are a whole number from 0 to 100.')
  return Number(text)
}
