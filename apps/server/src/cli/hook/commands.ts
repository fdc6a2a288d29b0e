import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { Argument, Option, type Command } from 'commander'
import { HOOK_CLIENTS, type HookClient } from '@sentinelmesh/api/hooks'
import { checkHookFile, HookFileError, timeoutRange, type HookFile } from '@sentinelmesh/hook/hook-file'
import { LIMITS } from '@sentinelmesh/hook/limits'
import { readClientConfig } from '@sentinelmesh/command-line/addresses'
import { askHidden } from '../ask-hidden.ts'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { visible } from '@sentinelmesh/command-line/print'
import { hookFileOf, readHookFile } from './hook-file.ts'
import { install, uninstall } from './install.ts'
import { hookProgram } from './program-file.ts'
import { runHook } from './run-hook.ts'
import type { HookScope, Machine } from './snippets.ts'
import { testHook } from './test.ts'

interface ScopeOptions {
  readonly user?: true
  readonly project?: true
  readonly managed?: true
  readonly dryRun?: true
}

interface InstallOptions extends ScopeOptions {
  readonly url?: string
  readonly key?: string
  readonly keyFile?: string
  readonly fail?: NonNullable<HookFile['fail']>
  readonly timeout?: number
  readonly ask?: NonNullable<HookFile['ask']>
}

/** `sentinelmesh hook …`: runs the hooks of coding agents, and installs them into the agents' settings. */
export function hookCommands(
  root: Command,
  command: (parent: Command, name: string, description: string) => Command,
): void {
  const hook = command(root, 'hook', 'verdicts for coding agents before they act; see docs/hooks.md')
  const client = () => new Argument('<client>', 'the coding agent').choices(HOOK_CLIENTS)
  const scoped = (of: Command) =>
    of
      .addArgument(client())
      .option('--user', 'in the settings of this user (the default)')
      .addOption(new Option('--project', 'in the settings of this folder').conflicts(['user', 'managed']))
      .addOption(new Option('--managed', 'in the settings of this machine').conflicts('user'))
      .option('--dry-run', 'only show what would be changed')

  scoped(command(hook, 'install', "put the hooks into a coding agent's settings, beside what is there"))
    .option('--url <address>', 'address of the server; default: SENTINELMESH_URL')
    .addOption(
      new Option(
        '--key-file <file>',
        'a file with an API key of the scope verdict, or - for standard input; default: SENTINELMESH_API_KEY, else you are asked',
      ).conflicts('key'),
    )
    .option(
      '--key <key>',
      'the key itself; avoid this, because every user of the machine can read it in the process list',
    )
    .addOption(new Option('--fail <how>', 'what happens without an answer; default: open').choices(['open', 'closed']))
    .option(
      '--timeout <seconds>',
      `until there has to be an answer, ${timeoutRange()}; default: ${LIMITS.timeoutSeconds.default}`,
      Number,
    )
    .addOption(
      new Option('--ask <how>', 'what ask becomes where nobody can be asked; default: block').choices([
        'allow',
        'block',
      ]),
    )
    .action(async (name: HookClient, options: InstallOptions) =>
      print(
        install({
          client: name,
          scope: scopeOf(options),
          machine: thisMachine(),
          dryRun: options.dryRun === true,
          program: [process.execPath, hookProgram()],
          settings: await settingsOf(options),
        }),
      ),
    )
  scoped(command(hook, 'uninstall', 'take the hooks out again')).action((name: HookClient, options: ScopeOptions) =>
    print(
      uninstall({
        client: name,
        scope: scopeOf(options),
        machine: thisMachine(),
        dryRun: options.dryRun === true,
      }),
    ),
  )
  command(hook, 'test', 'ask about a harmless call, as the hook of this client would')
    .addArgument(client())
    .option('--json', 'print the whole answer as JSON')
    .action(testHook)
  command(hook, 'flush', 'deliver what waits because the server was away').action(() => runHook(['flush']))
  for (const name of HOOK_CLIENTS) {
    command(hook, name, `what the hooks of ${name} start: reads standard input, answers in its words`)
      .argument('[options...]', '--fail open|closed, --timeout <seconds>, --show')
      .helpOption(false)
      .allowUnknownOption()
      .action((options: readonly string[]) => runHook([name, ...options]))
  }
}

/** Keeps tabs, because the lines may come from another program's settings file. */
function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line.split('\t').map(visible).join('\t')}\n`)
}

function scopeOf({ project, managed }: ScopeOptions): HookScope {
  return managed ? 'managed' : project ? 'project' : 'user'
}

function thisMachine(): Machine {
  return {
    root: '/',
    home: homedir(),
    hookHome: userInfo().homedir,
    project: process.cwd(),
    platform: process.platform,
  }
}

async function settingsOf(options: InstallOptions): Promise<HookFile> {
  // Settings for all users of the machine must be given explicitly, not taken from the environment.
  const known = options.managed ? null : readClientConfig(process.env)
  const url = options.url ?? known?.url
  const key = await keyOf(options, known?.apiKey ?? null)
  const { fail, timeout, ask } = options
  const named = Object.entries({ url, key, fail, timeout, ask }).filter(([, value]) => value !== undefined)
  try {
    return checkHookFile(Object.fromEntries(named))
  } catch (error) {
    if (error instanceof HookFileError) throw new CommandFailed(error.message, 2)
    throw error
  }
}

const KEY_IN_PROCESS_LIST =
  'sentinelmesh: --key shows the key to every user of this machine, in the process list. Use --key-file, --key-file - with the key on standard input, or SENTINELMESH_API_KEY, and replace this key if others use the machine.\n'

/** Reads the key from a file, the command line, or the environment. If none is stored yet, asks on a terminal. */
async function keyOf(options: InstallOptions, fromEnvironment: string | null): Promise<string | undefined> {
  if (options.keyFile !== undefined) return readKey(options.keyFile)
  if (options.key !== undefined) {
    process.stderr.write(KEY_IN_PROCESS_LIST)
    return options.key
  }
  if (fromEnvironment !== null) return fromEnvironment
  const stored = (scope: HookScope) => readHookFile(hookFileOf(scope, thisMachine())).key !== undefined
  if (stored(scopeOf(options)) || stored('managed') || process.stdin.isTTY !== true) return undefined
  const typed = await askHidden('API key with the scope verdict (it is not shown): ')
  return typed.trim() === '' ? undefined : typed.trim()
}

function readKey(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  } catch {
    throw new CommandFailed(`${file} cannot be read. Is the name right, and may you read it?`, 2)
  }
}
